package admission

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// refusals says with which status each denial reaches the pod's creator. None
// is 409 or 429: Spark and Kubernetes' controllers take the first for "exists
// already" and try again after the second.
var refusals = map[podtemplate.Verdict]struct {
	code   int
	reason metav1.StatusReason
}{
	podtemplate.DeniedConflict:        {http.StatusForbidden, metav1.StatusReasonForbidden},
	podtemplate.DeniedInvalid:         {http.StatusUnprocessableEntity, metav1.StatusReasonInvalid},
	podtemplate.DeniedMissingTemplate: {http.StatusUnprocessableEntity, metav1.StatusReasonInvalid},
	podtemplate.DeniedMissingDriver:   {http.StatusGone, metav1.StatusReasonGone},
	podtemplate.DeniedBrokenTemplate:  {http.StatusForbidden, metav1.StatusReasonForbidden},
}

// shapedAnnotation is the key of the audit annotation; the API server puts the
// webhook's name before it. It holds only what the selection of templates
// determines: the API server may call twice, and refuses a second value.
const shapedAnnotation = "shaped"

// allowed answers that the pod is admitted, with the patch if there is one.
func allowed(uid string, result *podtemplate.Result) []byte {
	patch := result.Patch()
	out := begin(uid, 512+base64.StdEncoding.EncodedLen(len(patch)))
	out = append(out, `,"allowed":true`...)
	if len(patch) > 0 {
		out = append(out, `,"patchType":"JSONPatch","patch":"`...)
		out = base64.StdEncoding.AppendEncode(out, patch)
		out = append(out, '"')
	}
	out = appendAudit(out, result.ShapedValue())
	return end(out, result.Warnings)
}

// denied answers that the pod is refused, and why.
func denied(uid string, result *podtemplate.Result) []byte {
	refusal, ok := refusals[result.Verdict]
	if !ok {
		refusal.code, refusal.reason = http.StatusForbidden, metav1.StatusReasonForbidden
	}
	out := begin(uid, 1024)
	out = append(out, `,"allowed":false,"status":{"status":"Failure","code":`...)
	out = strconv.AppendInt(out, int64(refusal.code), 10)
	out = append(out, `,"reason":`...)
	out = quote(out, string(refusal.reason))
	out = append(out, `,"message":`...)
	out = quote(out, result.Message())
	out = append(out, '}')
	out = appendAudit(out, result.ShapedValue())
	return end(out, result.Warnings)
}

// passed answers that the request is none of ours.
func passed(uid string) []byte {
	return end(append(begin(uid, 256), `,"allowed":true`...), nil)
}

func begin(uid string, size int) []byte {
	out := make([]byte, 0, size)
	out = append(out, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":`...)
	return quote(out, uid)
}

func appendAudit(out []byte, shaped string) []byte {
	if shaped == "" {
		return out
	}
	out = append(out, `,"auditAnnotations":{"`+shapedAnnotation+`":`...)
	return append(quote(out, shaped), '}')
}

func end(out []byte, warnings []string) []byte {
	for i, warning := range warnings {
		if i == 0 {
			out = append(out, `,"warnings":[`...)
		} else {
			out = append(out, ',')
		}
		out = quote(out, warning)
	}
	if len(warnings) > 0 {
		out = append(out, ']')
	}
	return append(out, "}}\n"...)
}

// quote never fails: bytes that are no UTF-8 become U+FFFD, which is what the error would be about.
func quote(out []byte, text string) []byte {
	out, _ = jsontext.AppendQuote(out, text)
	return out
}
