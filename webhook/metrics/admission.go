package metrics

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"swage.dev/swage/podtemplate"
)

// NoRole is the label of requests that are not about a driver or an executor.
const NoRole = "none"

// buckets suit a handler that takes 0.1 ms from memory and up to 1.5 s when it has to ask the API server.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1}

// Admission counts what became of admission requests.
type Admission struct {
	requests  *prometheus.CounterVec
	duration  prometheus.Histogram
	changes   *prometheus.CounterVec
	conflicts *prometheus.CounterVec
}

// NewAdmission makes the metrics and registers them.
func NewAdmission(reg prometheus.Registerer) (*Admission, error) {
	a := &Admission{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "swage_admission_requests_total",
			Help: "Admission requests by role of the pod and verdict. Requests that were no valid admission review count as error.",
		}, []string{"role", "verdict"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "swage_admission_duration_seconds",
			Help:    "Time from an admission request's first byte to its answer's last.",
			Buckets: buckets,
		}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "swage_changes_total",
			Help: "Changes made to admitted pods by operation.",
		}, []string{"operation"}),
		conflicts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "swage_conflicts_total",
			Help: "Disagreements between pods and templates by how they were settled.",
		}, []string{"resolution"}),
	}
	a.createSeries()
	return a, register(reg, a.requests, a.duration, a.changes, a.conflicts)
}

func (a *Admission) createSeries() {
	for _, role := range []string{string(podtemplate.Driver), string(podtemplate.Executor), NoRole} {
		for _, verdict := range podtemplate.Verdicts() {
			a.requests.WithLabelValues(role, string(verdict))
		}
	}
	for _, op := range operations {
		a.changes.WithLabelValues(string(op))
	}
	for _, resolution := range resolutions {
		a.conflicts.WithLabelValues(string(resolution))
	}
}

var (
	operations  = []podtemplate.Op{podtemplate.OpAdd, podtemplate.OpReplace, podtemplate.OpRemove}
	resolutions = []podtemplate.Resolution{podtemplate.Kept, podtemplate.Replaced, podtemplate.Rejected}
)

// Observe counts one admission. Changes count only where the pod was admitted with them.
func (a *Admission) Observe(result *podtemplate.Result, took time.Duration) {
	role := NoRole
	if result.Role.Valid() {
		role = string(result.Role)
	}
	verdict := result.Verdict
	if !slices.Contains(podtemplate.Verdicts(), verdict) {
		verdict = podtemplate.Failed
	}
	a.requests.WithLabelValues(role, string(verdict)).Inc()
	a.duration.Observe(took.Seconds())
	a.count(result, verdict == podtemplate.Shaped)
}

func (a *Admission) count(result *podtemplate.Result, shaped bool) {
	for i := range result.Changes {
		change := &result.Changes[i]
		if shaped && slices.Contains(operations, change.Op) {
			a.changes.WithLabelValues(string(change.Op)).Inc()
		}
		if slices.Contains(resolutions, change.Resolution) {
			a.conflicts.WithLabelValues(string(change.Resolution)).Inc()
		}
	}
}

func register(reg prometheus.Registerer, all ...prometheus.Collector) error {
	for _, collector := range all {
		if err := reg.Register(collector); err != nil {
			return err
		}
	}
	return nil
}
