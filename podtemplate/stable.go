package podtemplate

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// writtenLabels are the pod labels that the templates of a library write, with the templates.
type writtenLabels struct {
	any map[string][]*Template
	// over are those that replace and enforced templates write, over the pod's own.
	over map[string][]*Template
	// conditional are the templates that write labels on some pods only.
	conditional []*Template
}

func newWrittenLabels() writtenLabels {
	return writtenLabels{any: map[string][]*Template{}, over: map[string][]*Template{}}
}

func (w *writtenLabels) note(t *Template) {
	if t == nil || len(t.writes) == 0 {
		return
	}
	for label := range t.writes {
		w.any[label] = append(w.any[label], t)
		if t.OnConflict == Replace || t.Mode == Enforced {
			w.over[label] = append(w.over[label], t)
		}
	}
	if t.selector != nil {
		w.conditional = append(w.conditional, t)
	}
}

// reach is whose labels a selector may see: the templates of some libraries that
// concern one namespace.
type reach struct {
	libraries []*Library
	// concerns tells whether a template reaches the pod's namespace; nil if all may.
	concerns func(*Template) bool
}

func (r reach) has(templates []*Template) bool {
	if r.concerns == nil {
		return len(templates) > 0
	}
	return slices.ContainsFunc(templates, r.concerns)
}

// stable tells whether a template's selector can only ever join as the
// templates in reach add labels. An unstable one could leave again in the API
// server's second call, and the pod would be shaped twice in two ways.
func stable(t *Template, in reach) bool {
	if t.selector == nil {
		return true
	}
	requirements, _ := t.selector.Requirements()
	for i := range requirements {
		for _, l := range in.libraries {
			if l != nil && l.labels.unsettle(&requirements[i], in) {
				return false
			}
		}
	}
	return true
}

func (w *writtenLabels) unsettle(r *labels.Requirement, in reach) bool {
	switch key := r.Key(); {
	case in.has(w.over[key]):
		return true
	case excluding(r) && in.has(w.any[key]):
		return true
	default:
		return slices.ContainsFunc(w.conditional, func(t *Template) bool { return takesBack(t, r, in) })
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
func takesBack(t *Template, r *labels.Requirement, in reach) bool {
	against := slices.ContainsFunc(t.writes[r.Key()], func(value string) bool {
		return !r.Matches(labels.Set{r.Key(): value})
	})
	return against && in.has([]*Template{t}) && waits(t, in)
}

// waits tells whether a template selects on labels that templates in reach write.
func waits(t *Template, in reach) bool {
	requirements, _ := t.selector.Requirements()
	for _, r := range requirements {
		for _, l := range in.libraries {
			if l != nil && in.has(l.labels.any[r.Key()]) {
				return true
			}
		}
	}
	return false
}

// Unstable names the templates whose selector depends on labels that templates
// in reach write: l's own and those of the other libraries.
func (l *Library) Unstable(others ...*Library) []string {
	in := reach{libraries: slices.Concat(others, []*Library{l})}
	var names []string
	for _, e := range l.Entries() {
		if e.Template != nil && !stable(e.Template, in) {
			names = append(names, e.Name)
		}
	}
	return names
}
