package shapehere

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// ErrNotByDriver is wrapped by errors about templates that executors made by the
// driver cannot be shaped by: Spark would write over what they state.
var ErrNotByDriver = errors.New("executors made by the driver cannot be shaped by it")

// Executors are those that a driver makes.
type Executors struct {
	// Made are two of them as Spark makes them, all but their scratch space:
	// what differs between the two depends on the executor's id, or on that of
	// the application where the two have different ones.
	Made [2]*corev1.Pod
	// Container is the name of their Spark container.
	Container string
	// Template is the pod template that they are made from, as JSON; nil: none.
	Template []byte
	// Driver is what they take from their driver.
	Driver *podtemplate.DriverInfo
}

// PodTemplate is the pod template, as JSON, that makes the driver make its
// executors as the templates want them. It is the one they are made from when no
// template concerns them. Warnings are for the user.
//
// What Spark would write over cannot be promised: a template that states such a
// field, that is enforced, or that depends on the executor's id is refused, with
// an error that wraps ErrNotByDriver and names the field.
func (t *Templates) PodTemplate(e Executors) (template []byte, warnings []string, err error) {
	first, err := t.shapeMade(e, 0)
	if err != nil {
		return nil, nil, err
	}
	second, err := t.shapeMade(e, 1)
	if err != nil {
		return nil, nil, err
	}
	if !concerned(first) {
		return e.Template, first.Warnings, nil
	}
	w, err := newWriter(e, first)
	if err != nil {
		return nil, nil, err
	}
	if err := w.byID(first, second); err != nil {
		return nil, nil, err
	}
	for i := range first.Changes {
		if err := w.take(&first.Changes[i]); err != nil {
			return nil, nil, err
		}
	}
	return []byte(w.template.JSON()), first.Warnings, nil
}

func (t *Templates) shapeMade(e Executors, i int) (*podtemplate.Result, error) {
	text, err := json.Marshal(e.Made[i])
	if err != nil {
		return nil, fmt.Errorf("an executor's pod: %w", err)
	}
	result, err := t.Shape(text, Driver{DriverInfo: e.Driver})
	if err != nil {
		return nil, err
	}
	if !result.Verdict.Allowed() {
		return nil, fmt.Errorf("the executors: %s", result.Message())
	}
	return &result, nil
}

// concerned tells whether a template did anything to an executor, other than
// being named in the annotation that says which were selected.
func concerned(r *podtemplate.Result) bool {
	return slices.ContainsFunc(r.Changes, func(c podtemplate.Change) bool { return c.Template != "" })
}

// byID refuses what depends on the executor's id: one template is for all executors.
func (w *writer) byID(first, second *podtemplate.Result) error {
	for i := range first.Changes {
		a := &first.Changes[i]
		if i >= len(second.Changes) || a.Path != second.Changes[i].Path || string(a.New) != string(second.Changes[i].New) {
			return w.refusal(a, "which depends on {{EXECUTOR_ID}}, or in a Job on {{APP_ID}}")
		}
	}
	return nil
}

// writer writes into a pod template what shaping did to a pod made from it.
type writer struct {
	container string
	enforced  []string   // the names of templates, each with a slash
	shaped    *tree.Node // the pod after shaping
	made      *tree.Node // and before
	template  *tree.Node
}

func newWriter(e Executors, r *podtemplate.Result) (*writer, error) {
	w := &writer{container: e.Container}
	made, err := json.Marshal(e.Made[0])
	if err != nil {
		return nil, fmt.Errorf("an executor's pod: %w", err)
	}
	template := e.Template
	if template == nil {
		template = []byte(`{"apiVersion":"v1","kind":"Pod"}`)
	}
	for _, p := range []struct {
		text []byte
		node **tree.Node
	}{{r.Pod(), &w.shaped}, {made, &w.made}, {template, &w.template}} {
		if *p.node, err = tree.Parse(p.text); err != nil {
			return nil, fmt.Errorf("an executor's pod: %w", err)
		}
	}
	for _, ref := range r.Templates {
		if ref.Mode == podtemplate.Enforced {
			w.enforced = append(w.enforced, ref.String()+"/")
		}
	}
	return w, nil
}
