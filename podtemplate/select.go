package podtemplate

import (
	"fmt"
	"slices"
)

// selector chooses the templates for one pod.
type selector struct {
	req       Request
	role      Role
	limits    Limits
	reach     reach      // whose templates may reach the pod: the system's, and its namespace's
	labels    *podLabels // the pod's, then also those that selected templates add
	namespace namespaceLabels
	values    values
	optedOut  bool

	ladder   []rung // weakest first
	named    []*Template
	doubtful []doubt
	warnings []string
	broken   []string
}

// rung is one template that may apply.
type rung struct {
	template *Template
	selected bool
}

// doubt is a template that cannot be used. Whether the pod needs it is known once all labels are.
type doubt struct {
	*shelved
	// before tells that it selects the pod as it came.
	before bool
}

// denial is a verdict against a pod, with its reason.
type denial struct {
	verdict Verdict
	reason  string
	missing []string
	broken  *Template // the template that is to blame, if it is one
}

func newSelector(req Request, role Role, limits Limits) *selector {
	seen := selectorLabels(req, role)
	s := &selector{
		req: req, role: role, limits: limits,
		labels: seen, values: placeholderValues(req, role, seen), namespace: namespaceLabels{req.Namespace, req.NamespaceLabels},
	}
	s.reach = reach{[]*Library{req.SystemTemplates, req.Templates}, s.reaches}
	shape, stated := req.Pod.Annotation(ShapeAnnotation)
	s.optedOut = shape == "false"
	if stated && shape != "false" && shape != "true" {
		s.warn("annotation %s is neither true nor false: ignored", ShapeAnnotation)
	}
	return s
}

func (s *selector) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// choose returns the selected templates, weakest first:
// default of the system namespace, default of the pod's namespace, named in
// the order listed, enforced of the pod's namespace, enforced of the system
// namespace; within a level by name.
func (s *selector) choose() ([]*Template, *denial) {
	if d := s.lookUpNamed(); d != nil {
		return nil, d
	}
	s.join()
	if d := s.needsDoubtful(); d != nil {
		return nil, d
	}
	return s.selected()
}

// join lets the templates that apply join those that the pod asks for.
func (s *selector) join() {
	if !s.optedOut {
		s.climb(Default, s.req.SystemTemplates, s.req.Templates)
	}
	for _, t := range s.named {
		s.ladder = append(s.ladder, rung{template: t})
	}
	s.climb(Enforced, s.req.Templates, s.req.SystemTemplates)
	s.growToFixpoint()
}

// climb puts the usable templates of a mode on the ladder, those of the first library below.
func (s *selector) climb(mode Mode, libraries ...*Library) {
	for _, library := range libraries {
		for _, name := range library.Names(mode) {
			switch e := library.get(name); {
			case e.state == Unknown: // it reaches no pod
			case s.problem(e) != "":
				s.doubtful = append(s.doubtful, doubt{e, s.concerns(e)})
			default:
				s.ladder = append(s.ladder, rung{template: e.Template})
			}
		}
	}
}

// growToFixpoint lets templates join until none does: a template may select on
// a label that another one adds. Labels are only ever added to what selectors
// see, and unstable selectors are out, so the set only grows.
func (s *selector) growToFixpoint() {
	for grown := true; grown; {
		grown = false
		for i := range s.ladder {
			if r := &s.ladder[i]; !r.selected && s.matches(r.template) {
				r.selected, grown = true, true
			}
		}
		if grown {
			s.seeLabels()
		}
	}
}

func (s *selector) matches(t *Template) bool {
	return (t.selector == nil || t.selector.Matches(s.labels)) && s.reaches(t)
}

// reaches tells whether a template concerns the pod's namespace.
func (s *selector) reaches(t *Template) bool {
	return t.namespaces == nil || t.namespaces.Matches(s.namespace)
}

// seeLabels adds the labels that the selected templates add to the pod; the
// strongest template's value counts. Values that templates put in place of the
// pod's are not seen: no selector that depends on one is stable.
func (s *selector) seeLabels() {
	for _, r := range s.ladder {
		if !r.selected || len(r.template.writes) == 0 {
			continue
		}
		for _, e := range r.template.entriesFor(s.role) {
			for _, label := range kidsOf(e.parts.at("metadata", "labels")) {
				if !sparkLabel(label.key) {
					s.labels.add(label.key, s.values.fill(label.value.Text()))
				}
			}
		}
	}
}

// selected returns the templates that joined; those that the pod asks for must be among them.
func (s *selector) selected() ([]*Template, *denial) {
	templates := make([]*Template, 0, len(s.ladder))
	for _, r := range s.ladder {
		switch {
		case r.selected:
			templates = append(templates, r.template)
		case slices.Contains(s.named, r.template):
			return nil, s.doesNotApply(r.template)
		}
	}
	return templates, nil
}

// needsDoubtful warns of the default templates that this pod should have and
// cannot, and denies the pod for an enforced one. The labels after merging count
// because the second admission sees them; those before, because an unstable
// selector may hold for them alone.
func (s *selector) needsDoubtful() *denial {
	for _, e := range s.doubtful {
		if !e.before && !s.concerns(e.shelved) {
			continue
		}
		s.broken = append(s.broken, e.ref().String())
		if e.Mode == Enforced {
			return &denial{verdict: DeniedBrokenTemplate, reason: fmt.Sprintf("enforced template %s %s", e.ref(), s.problem(e.shelved))}
		}
		s.warn("template %s %s: skipped", e.ref(), s.problem(e.shelved))
	}
	return nil
}

// concerns tells whether a template that cannot be used selects the pod; one that nobody understood may.
func (s *selector) concerns(e *shelved) bool { return e.reach == nil || s.matches(e.reach) }

// problem says why an entry cannot be used for this pod, "" if it can.
func (s *selector) problem(e *shelved) string {
	switch {
	case e.Template == nil && e.state == TooLarge:
		return "is too large"
	case e.Template == nil:
		return "does not load"
	case !stable(e.Template, s.reach):
		return "selects on labels that templates write"
	}
	for _, key := range [...]string{podEntry, s.role.entryKey()} {
		if entry := e.Template.entries[key]; entry != nil && entry.uses&^s.values.known != 0 {
			if missing := s.values.missing(entry.uses); missing != "" {
				return fmt.Sprintf("uses {{%s}}, which this pod has no label for", missing)
			}
		}
	}
	return ""
}

// without skips a default template that turned out to be broken for this pod.
func (s *selector) without(templates []*Template, broken *Template) []*Template {
	s.broken = append(s.broken, broken.Ref.String())
	s.warn("template %s does not load with its placeholders filled in: skipped", broken.Ref)
	return slices.DeleteFunc(templates, func(t *Template) bool { return t == broken })
}
