package podtemplate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// selector chooses the templates for one pod.
type selector struct {
	req       Request
	role      Role
	limits    Limits
	values    values
	labels    labels.Set // what selectors see: the pod's, then also those that selected templates add
	namespace labels.Set
	optedOut  bool

	selected map[*Template]bool
	doubtful []*shelved  // cannot be used; whether the pod needs them is known once all labels are
	named    []*Template // in the order in which the pod lists them
	warnings []string
	broken   []string
}

// denial is a verdict against a pod, with its reason.
type denial struct {
	verdict Verdict
	reason  string
	missing []string
}

func newSelector(req Request, role Role, limits Limits) *selector {
	seen := selectorLabels(req, role)
	s := &selector{
		req: req, role: role, limits: limits, labels: seen, values: placeholderValues(req, role, seen),
		namespace: maps.Clone(req.NamespaceLabels), selected: map[*Template]bool{},
	}
	if s.namespace == nil {
		s.namespace = labels.Set{}
	}
	s.namespace[corev1.LabelMetadataName] = req.Namespace
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
	defaults, enforced := s.candidates(Default), s.candidates(Enforced)
	if s.optedOut {
		defaults = nil
	}
	ladder := slices.Concat(defaults, s.named, enforced)
	s.growToFixpoint(ladder)
	if d := s.needsDoubtful(); d != nil {
		return nil, d
	}
	for _, t := range s.named {
		if !s.selected[t] {
			return nil, s.doesNotApply(t)
		}
	}
	return slices.DeleteFunc(ladder, func(t *Template) bool { return !s.selected[t] }), nil
}

// growToFixpoint lets templates join until none does: a template may select on
// a label that another one adds. Labels are only ever added to what selectors
// see, and unstable selectors are out, so the set only grows.
func (s *selector) growToFixpoint(ladder []*Template) {
	for grown := true; grown; {
		grown = false
		for _, t := range ladder {
			if !s.selected[t] && s.matches(t) {
				s.selected[t], grown = true, true
			}
		}
		if grown {
			s.seeLabels(ladder)
		}
	}
}

func (s *selector) matches(t *Template) bool {
	return (t.selector == nil || t.selector.Matches(s.labels)) && (t.namespaces == nil || t.namespaces.Matches(s.namespace))
}

// seeLabels adds the labels that the selected templates add to the pod; the
// strongest template's value counts. Values that templates put in place of the
// pod's are not seen: no selector that depends on one is stable.
func (s *selector) seeLabels(ladder []*Template) {
	own := selectorLabels(s.req, s.role)
	for _, t := range ladder {
		if !s.selected[t] {
			continue
		}
		for _, e := range t.entriesFor(s.role) {
			for _, label := range kidsOf(e.parts.at("metadata", "labels")) {
				if _, has := own[label.key]; !has && !sparkLabel(label.key) {
					s.labels[label.key] = s.values.fill(label.value.Text())
				}
			}
		}
	}
}

// candidates returns the usable templates of a mode, weakest first.
func (s *selector) candidates(mode Mode) []*Template {
	libraries := []*Library{s.req.SystemTemplates, s.req.Templates}
	if mode == Enforced {
		slices.Reverse(libraries)
	}
	var usable []*Template
	for _, library := range libraries {
		for _, name := range library.Names(mode) {
			switch e := library.get(name); {
			case e.state == Unknown:
			case s.problem(e) != "":
				s.doubtful = append(s.doubtful, e)
			default:
				usable = append(usable, e.Template)
			}
		}
	}
	return usable
}

// needsDoubtful warns of the default templates that this pod should have and
// cannot, and denies the pod for an enforced one. It looks at the labels after
// merging: those the second admission sees.
func (s *selector) needsDoubtful() *denial {
	for _, e := range s.doubtful {
		if e.reach != nil && !s.matches(e.reach) {
			continue
		}
		ref := Ref{Namespace: e.Namespace, Name: e.Name}
		s.broken = append(s.broken, ref.String())
		if e.Mode == Enforced {
			return &denial{verdict: DeniedBrokenTemplate, reason: fmt.Sprintf("enforced template %s %s", ref, s.problem(e))}
		}
		if !s.optedOut {
			s.warn("template %s %s: skipped", ref, s.problem(e))
		}
	}
	return nil
}

// problem says why an entry cannot be used for this pod, "" if it can.
func (s *selector) problem(e *shelved) string {
	switch {
	case e.Template == nil:
		return s.state(e)
	case !s.req.Templates.stable(e.Template) || !s.req.SystemTemplates.stable(e.Template):
		return "selects on labels that templates write"
	}
	for _, entry := range e.Template.entriesFor(s.role) {
		if missing := s.values.missing(entry.uses); missing != "" {
			return fmt.Sprintf("uses {{%s}}, which this pod has no label for", missing)
		}
	}
	return ""
}

func (s *selector) state(e *shelved) string {
	if e.state == TooLarge {
		return "is too large"
	}
	return "does not load"
}

// requested returns the names that the pod, or else its driver, asks for.
func (s *selector) requested() (names []string, inherited bool) {
	list, own := s.req.Pod.Annotation(TemplatesAnnotation)
	if !own && s.role == Executor && s.req.Driver != nil {
		list, inherited = s.req.Driver.Annotations[TemplatesAnnotation], true
	}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names, inherited
}

// lookUpNamed finds the templates that the pod asks for: first in its namespace, then in the system namespace.
func (s *selector) lookUpNamed() *denial {
	names, _ := s.requested()
	if len(names) > s.limits.NamedTemplates {
		return &denial{verdict: DeniedMissingTemplate, reason: fmt.Sprintf("annotation %s lists %d templates, the limit is %d", TemplatesAnnotation, len(names), s.limits.NamedTemplates)}
	}
	var missing []string
	for _, name := range names {
		e := s.find(name)
		if e == nil {
			missing = append(missing, name)
			continue
		}
		if d := s.addNamed(e); d != nil {
			return d
		}
	}
	if len(missing) > 0 {
		return &denial{verdict: DeniedMissingTemplate, reason: s.notFound(missing), missing: missing}
	}
	return nil
}

func (s *selector) find(name string) *shelved {
	if e := s.req.Templates.get(name); e != nil {
		return e
	}
	return s.req.SystemTemplates.get(name)
}

func (s *selector) addNamed(e *shelved) *denial {
	ref := Ref{Namespace: e.Namespace, Name: e.Name}
	if e.state == Unknown || e.Mode != Named {
		return &denial{verdict: DeniedMissingTemplate, reason: fmt.Sprintf("template %s has mode %q: only named templates can be asked for", ref, e.Mode)}
	}
	if problem := s.problem(e); problem != "" {
		s.broken = append(s.broken, ref.String())
		return &denial{verdict: DeniedBrokenTemplate, reason: fmt.Sprintf("named template %s %s", ref, problem)}
	}
	s.named = slices.DeleteFunc(s.named, func(t *Template) bool { return t == e.Template })
	s.named = append(s.named, e.Template)
	return nil
}

func (s *selector) notFound(missing []string) string {
	known := slices.Concat(s.req.Templates.Names(Named), s.req.SystemTemplates.Names(Named))
	slices.Sort(known)
	exist := "there are none"
	if known = slices.Compact(known); len(known) > 0 {
		exist = "there are " + listed(known)
	}
	return fmt.Sprintf("no named template %s in namespace %s or the system namespace: %s", listed(missing), s.req.Namespace, exist)
}

func (s *selector) doesNotApply(t *Template) *denial {
	what := "pods like this one"
	if t.namespaces != nil && !t.namespaces.Matches(s.namespace) {
		what = "this namespace"
	}
	return &denial{verdict: DeniedMissingTemplate, reason: fmt.Sprintf("named template %s does not select %s", t.Ref, what)}
}

// listed joins names for a message and cuts long lists.
func listed(names []string) string {
	const most = 20 // a message is read by a person
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
