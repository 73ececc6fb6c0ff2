package admission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/events"
	"swage.dev/swage/webhook/metrics"
	"swage.dev/swage/webhook/panics"
	"swage.dev/swage/webhook/store"
)

// DefaultBodyTimeout is long for reviews, which come from a memory in the same network.
const DefaultBodyTimeout = 10 * time.Second

// Options are what a Handler works with. Those without a default are required.
type Options struct {
	Shaper  Shaper
	Store   *store.Store
	Metrics *metrics.Admission
	Events  *events.Recorder

	// LookupTimeout bounds all live look-ups of one pod together. Default
	// store.DefaultLookupTimeout.
	LookupTimeout time.Duration

	// BodyTimeout bounds the reading of one request: a caller that stops in the
	// middle must not keep a server from closing. Default DefaultBodyTimeout.
	BodyTimeout time.Duration

	// Logger gets one line a decision: denials at level info, what could not be
	// decided at error, the rest at debug. Default slog.Default().
	Logger *slog.Logger
}

// Handler answers admission reviews. Make it with New.
type Handler struct{ opts Options }

// New makes a Handler.
func New(opts Options) (*Handler, error) {
	if opts.Shaper == nil || opts.Store == nil || opts.Metrics == nil || opts.Events == nil {
		return nil, errors.New("admission handler: Shaper, Store, Metrics and Events are required")
	}
	opts.LookupTimeout = cmp.Or(opts.LookupTimeout, store.DefaultLookupTimeout)
	opts.BodyTimeout = cmp.Or(opts.BodyTimeout, DefaultBodyTimeout)
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	return &Handler{opts: opts}, nil
}

// admission is one request on its way through the handler.
type admission struct {
	route   podtemplate.Route
	review  *review          // nil if the request was none
	pod     *podtemplate.Pod // nil if there is none
	foreign bool             // the request is not about creating a pod
	result  podtemplate.Result
	err     error // why the verdict is error
	took    time.Duration
}

// fail makes error the verdict: whatever was decided before did not come about.
func (a *admission) fail(err error) {
	a.err = err
	a.result = podtemplate.Result{Verdict: podtemplate.Failed, Reason: err.Error(), Role: a.result.Role}
}

// decide leaves a verdict in a. A panic, wherever it comes from, fails this one request.
func (h *Handler) decide(ctx context.Context, a *admission, body []byte) {
	defer func() {
		if cause := recover(); cause != nil {
			panics.Log(ctx, h.opts.Logger, "the admission handler", cause)
			a.fail(errPanicked)
		}
	}()
	if !h.opts.Store.Synced() {
		a.result.Verdict = podtemplate.NotReady
		return
	}
	if !a.review.createsPod() {
		a.foreign = true
		a.result = podtemplate.Result{Verdict: podtemplate.SkippedNotSpark, Reason: "only the creation of pods is shaped"}
		return
	}
	pod, err := podtemplate.ParsePod(a.review.Object.of(body))
	if err != nil {
		a.fail(fmt.Errorf("request.object: %w", podtemplate.ErrNotAPod))
		return
	}
	a.pod = pod
	h.shape(ctx, a)
}

func (h *Handler) shape(ctx context.Context, a *admission) {
	role := a.route.Role
	if role == "" {
		role = a.pod.Role()
	}
	a.result.Role = role
	switch {
	case role == "": // not worth a look at the cluster
		a.result = h.opts.Shaper.Shape(podtemplate.Request{Pod: a.pod, Namespace: a.review.Namespace})
		return
	case !h.opts.Store.Covers(a.review.Namespace):
		a.result.Verdict = podtemplate.SkippedNamespace
		return
	}
	ctx, cancel := context.WithTimeout(ctx, h.opts.LookupTimeout)
	defer cancel()
	req, err := h.opts.Store.Surroundings(ctx, a.pod, a.review.Namespace, role)
	if err != nil {
		a.fail(err)
		return
	}
	req.SparkContainer = a.route.SparkContainer
	h.shapeWith(ctx, a, req)
}

// shapeWith shapes, and once more with what a live look-up found if the pod
// asks for templates that nobody has seen yet: a ConfigMap created a moment
// before the pod is the normal case.
func (h *Handler) shapeWith(ctx context.Context, a *admission, req podtemplate.Request) {
	a.result = h.opts.Shaper.Shape(req)
	if a.result.Verdict != podtemplate.DeniedMissingTemplate || len(a.result.Missing) == 0 {
		return
	}
	req, found, err := h.opts.Store.Find(ctx, req, a.result.Missing)
	switch {
	case err != nil:
		a.fail(err)
	case found:
		a.result = h.opts.Shaper.Shape(req)
	}
}

var errPanicked = errors.New("a fault in the webhook, see its log")
