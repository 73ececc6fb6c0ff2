package metrics

import "github.com/prometheus/client_golang/prometheus"

// Write is what became of one write of a template.
type Write string

// What can become of a write.
const (
	WriteAllowed   Write = "allowed"
	WriteUnchanged Write = "unchanged" // the template stays what it was
	WriteForeign   Write = "foreign"   // no template of this installation
	WriteForbidden Write = "forbidden" // the writer lacks a right
	WriteInvalid   Write = "invalid"   // the template does not load
	WriteFailed    Write = "error"     // could not be decided
)

var allWrites = []Write{WriteAllowed, WriteUnchanged, WriteForeign, WriteForbidden, WriteInvalid, WriteFailed}

// Refused tells whether the template was not written.
func (w Write) Refused() bool {
	return w == WriteForbidden || w == WriteInvalid || w == WriteFailed
}

// Writes counts what became of writes of templates.
type Writes struct{ total *prometheus.CounterVec }

// NewWrites makes the metric and registers it.
func NewWrites(reg prometheus.Registerer) (*Writes, error) {
	w := &Writes{total: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "swage_template_writes_total",
		Help: "Writes of templates that were checked, by what became of them.",
	}, []string{"outcome"})}
	for _, outcome := range allWrites {
		w.total.WithLabelValues(string(outcome))
	}
	return w, register(reg, w.total)
}

// Observe counts one write.
func (w *Writes) Observe(outcome Write) { w.total.WithLabelValues(string(outcome)).Inc() }
