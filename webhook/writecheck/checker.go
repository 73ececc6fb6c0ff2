package writecheck

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/metrics"
)

// Options are what a Checker works with. Those without a default are required.
type Options struct {
	// Ask is how the API server is asked what somebody may do: Everywhere or Within.
	Ask Ask

	// Templates knows those that exist.
	Templates Templates

	// Metrics count the decisions.
	Metrics *metrics.Writes

	// SystemNamespace is the one whose templates reach the whole cluster: who
	// writes there needs the right to create pods everywhere. "": there is none.
	SystemNamespace string

	// Timeout bounds all questions about one write. Default 3 s: the API server
	// waits 5 s for the answer.
	Timeout time.Duration

	// Logger gets one line for each refusal at level info. Default slog.Default().
	Logger *slog.Logger
}

// Templates are the templates in use. A *store.Store is one.
type Templates interface {
	Synced() bool
	// Covers tells whether templates of a namespace are in reach at all.
	Covers(namespace string) bool
	// Ours tells whether a ConfigMap is a template of this installation.
	Ours(*corev1.ConfigMap) bool
	// Judge tells what is odd about a template and, as an error, why it must not be stored.
	Judge(*corev1.ConfigMap) ([]podtemplate.Problem, error)
	// Terminating tells whether a namespace is being deleted.
	Terminating(ctx context.Context, namespace string) (bool, error)
}

// Checker decides about writes of templates. Make it with New.
type Checker struct{ opts Options }

// New makes a Checker.
func New(opts Options) (*Checker, error) {
	if opts.Ask == nil || opts.Templates == nil || opts.Metrics == nil {
		return nil, errors.New("check of templates at write: Ask, Templates and Metrics are required")
	}
	opts.Timeout = cmp.Or(opts.Timeout, 3*time.Second)
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	return &Checker{opts: opts}, nil
}

var _ admission.Handler = (*Checker)(nil)

// Handle decides about one write.
func (c *Checker) Handle(ctx context.Context, req admission.Request) admission.Response {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	d := c.decide(ctx, &req.AdmissionRequest)
	c.opts.Metrics.Observe(d.outcome)
	if d.outcome.Refused() {
		c.opts.Logger.InfoContext(ctx, "a template was not written", "operation", req.Operation,
			"namespace", req.Namespace, "name", req.Name, "user", req.UserInfo.Username, "outcome", d.outcome, "reason", d.reason)
		return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: d.status()}}
	}
	return admission.Allowed("").WithWarnings(d.warnings...)
}

func (c *Checker) decide(ctx context.Context, req *admissionv1.AdmissionRequest) decision {
	if !c.opts.Templates.Synced() {
		return refuse(metrics.WriteFailed, http.StatusServiceUnavailable, "the templates have not been read yet: try again")
	}
	before, after, err := configMaps(req)
	if err != nil {
		return refuse(metrics.WriteFailed, http.StatusBadRequest, "%v", err)
	}
	if outcome := c.passes(req.Namespace, before, after); outcome != "" {
		return decision{outcome: outcome}
	}
	if after == nil {
		if free, err := c.freeToDelete(ctx, req); free || err != nil {
			return allowedUnless(err)
		}
	}
	if d := c.permitted(ctx, req); d.outcome.Refused() || !c.ours(after) {
		return d
	}
	return c.judge(after)
}

// passes says why a write needs no look at its writer; "" when it does.
func (c *Checker) passes(namespace string, before, after *corev1.ConfigMap) metrics.Write {
	switch {
	case !c.opts.Templates.Covers(namespace), !c.ours(before) && !c.ours(after):
		return metrics.WriteForeign
	case before != nil && after != nil && sameTemplate(before, after):
		return metrics.WriteUnchanged
	}
	return ""
}

func (c *Checker) ours(cm *corev1.ConfigMap) bool { return cm != nil && c.opts.Templates.Ours(cm) }

// judge refuses what would not load, or would keep other templates from being used.
func (c *Checker) judge(cm *corev1.ConfigMap) decision {
	problems, err := c.opts.Templates.Judge(cm)
	var failed *podtemplate.LoadError
	switch {
	case errors.As(err, &failed):
		return refuseAll(failed.Problems)
	case err != nil:
		return refuse(metrics.WriteInvalid, http.StatusUnprocessableEntity, "%v", err)
	}
	d := decision{outcome: metrics.WriteAllowed}
	for _, p := range problems {
		d.warnings = append(d.warnings, p.String())
	}
	return d
}

// configMaps are the old and the new object, nil where there is none.
func configMaps(req *admissionv1.AdmissionRequest) (before, after *corev1.ConfigMap, err error) {
	if req.Resource.Group != "" || req.Resource.Resource != "configmaps" || req.SubResource != "" {
		return nil, nil, fmt.Errorf("found %s, expected configmaps: the registration is wrong", req.Resource)
	}
	if before, err = configMap(req.OldObject.Raw, req.Namespace); err != nil {
		return nil, nil, fmt.Errorf("request.oldObject: %w", err)
	}
	if after, err = configMap(req.Object.Raw, req.Namespace); err != nil {
		return nil, nil, fmt.Errorf("request.object: %w", err)
	}
	return before, after, nil
}

func configMap(raw []byte, namespace string) (*corev1.ConfigMap, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	cm := new(corev1.ConfigMap)
	if err := json.Unmarshal(raw, cm); err != nil {
		return nil, errors.New("it is no ConfigMap") // the decoder's own words may quote the data
	}
	cm.Namespace = namespace
	return cm, nil
}
