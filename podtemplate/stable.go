package podtemplate

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// writtenLabels are the pod labels that the templates of a library write.
type writtenLabels struct {
	any map[string]bool
	// over are those that replace and enforced templates write, over the pod's own.
	over map[string]bool
	// conditional are the templates that write labels on some pods only.
	conditional []*Template
}

func newWrittenLabels() writtenLabels {
	return writtenLabels{any: map[string]bool{}, over: map[string]bool{}}
}

func (w *writtenLabels) note(t *Template) {
	if t == nil || len(t.writes) == 0 {
		return
	}
	for label := range t.writes {
		w.any[label] = true
		if t.OnConflict == Replace || t.Mode == Enforced {
			w.over[label] = true
		}
	}
	if t.selector != nil {
		w.conditional = append(w.conditional, t)
	}
}

// stable tells whether a template's selector can only ever join as the
// templates in reach add labels. An unstable one could leave again in the API
// server's second call, and the pod would be shaped twice in two ways.
func stable(t *Template, reach []*Library) bool {
	if t.selector == nil {
		return true
	}
	requirements, _ := t.selector.Requirements()
	for i := range requirements {
		for _, l := range reach {
			if l != nil && l.labels.unsettle(&requirements[i], reach) {
				return false
			}
		}
	}
	return true
}

func (w *writtenLabels) unsettle(r *labels.Requirement, reach []*Library) bool {
	switch key := r.Key(); {
	case w.over[key]:
		return true
	case w.any[key] && excluding(r):
		return true
	default:
		return slices.ContainsFunc(w.conditional, func(t *Template) bool { return takesBack(t, r, reach) })
	}
}

// excluding tells whether a requirement can hold while a label is absent.
func excluding(r *labels.Requirement) bool {
	switch r.Operator() {
	case selection.NotIn, selection.NotEquals, selection.DoesNotExist:
		return true
	}
	return false
}

// takesBack tells whether a template may join only after others did, and then
// give a label a value that a requirement does not hold for, although it held
// for the value that a weaker template gave.
func takesBack(t *Template, r *labels.Requirement, reach []*Library) bool {
	against := slices.ContainsFunc(t.writes[r.Key()], func(value string) bool {
		return !r.Matches(labels.Set{r.Key(): value})
	})
	return against && waits(t, reach)
}

// waits tells whether a template selects on labels that templates in reach write.
func waits(t *Template, reach []*Library) bool {
	requirements, _ := t.selector.Requirements()
	for _, r := range requirements {
		for _, l := range reach {
			if l != nil && l.labels.any[r.Key()] {
				return true
			}
		}
	}
	return false
}

// Unstable names the templates whose selector depends on labels that templates
// in reach write: l's own and those of the other libraries.
func (l *Library) Unstable(others ...*Library) []string {
	reach := slices.Concat(others, []*Library{l})
	var names []string
	for _, e := range l.Entries() {
		if e.Template != nil && !stable(e.Template, reach) {
			names = append(names, e.Name)
		}
	}
	return names
}
