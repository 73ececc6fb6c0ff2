package writecheck

import (
	"fmt"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/metrics"
)

// decision is what becomes of one write.
type decision struct {
	outcome  metrics.Write
	code     int32  // HTTP's, of a refusal
	reason   string // of a refusal
	warnings []string
}

func refuse(outcome metrics.Write, code int32, format string, args ...any) decision {
	return decision{outcome: outcome, code: code, reason: fmt.Sprintf(format, args...)}
}

// allowedUnless allows, unless the question could not be answered.
func allowedUnless(err error) decision {
	if err != nil {
		return refuse(metrics.WriteFailed, http.StatusInternalServerError, "%v: try again", err)
	}
	return decision{outcome: metrics.WriteAllowed}
}

// mostTold is how many problems a refusal lists: the rest comes when these are repaired.
const mostTold = 20

// refuseAll says each problem with its place.
func refuseAll(problems []podtemplate.Problem) decision {
	var told []string
	for _, p := range problems {
		if p.Severity == podtemplate.Error {
			told = append(told, p.String())
		}
	}
	if more := len(told) - mostTold; more > 0 {
		told = append(told[:mostTold], fmt.Sprintf("and %d more", more))
	}
	return refuse(metrics.WriteInvalid, http.StatusUnprocessableEntity, "the template does not load: %s", strings.Join(told, "; "))
}

// reasons are Kubernetes' own words for the codes.
var reasons = map[int32]metav1.StatusReason{
	http.StatusForbidden:           metav1.StatusReasonForbidden,
	http.StatusUnprocessableEntity: metav1.StatusReasonInvalid,
	http.StatusBadRequest:          metav1.StatusReasonBadRequest,
	http.StatusServiceUnavailable:  metav1.StatusReasonServiceUnavailable,
	http.StatusInternalServerError: metav1.StatusReasonInternalError,
}

func (d decision) status() *metav1.Status {
	return &metav1.Status{Status: metav1.StatusFailure, Code: d.code, Reason: reasons[d.code], Message: d.reason}
}
