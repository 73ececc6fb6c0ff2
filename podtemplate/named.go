package podtemplate

import (
	"fmt"
	"slices"
	"strings"
)

// asked is what a pod asks for: names of templates, its own or its driver's.
type asked struct {
	names []string
	// driver tells that the pod has no annotation of its own and its driver's counts.
	driver bool
}

func (s *selector) asked() asked {
	list, own := s.req.Pod.Annotation(TemplatesAnnotation)
	a := asked{driver: !own && s.role == Executor && s.req.Driver != nil}
	if a.driver {
		list = s.req.Driver.Annotations[TemplatesAnnotation]
	}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			a.names = append(a.names, name)
		}
	}
	return a
}

// by says who asks, for a reason: an executor's annotations do not show what its driver's say.
func (a asked) by() string {
	if a.driver {
		return "annotation " + TemplatesAnnotation + " of the driver"
	}
	return "annotation " + TemplatesAnnotation
}

// lookUpNamed finds the templates that the pod asks for: first in its namespace, then in the system namespace.
func (s *selector) lookUpNamed() *denial {
	a := s.asked()
	if len(a.names) > s.limits.NamedTemplates {
		return &denial{verdict: DeniedMissingTemplate, reason: fmt.Sprintf("%s lists %d templates, the limit is %d", a.by(), len(a.names), s.limits.NamedTemplates)}
	}
	var missing []string
	for _, name := range a.names {
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
		return &denial{verdict: DeniedMissingTemplate, reason: a.by() + ": " + s.notFound(missing), missing: missing}
	}
	return nil
}

func (s *selector) find(name string) *shelved {
	if e := s.req.Templates.get(name); e != nil {
		return e
	}
	return s.req.SystemTemplates.get(name)
}

// addNamed notes one template; of one that is listed twice the last, stronger place counts.
func (s *selector) addNamed(e *shelved) *denial {
	if e.state == Unknown || e.Mode != Named {
		return &denial{verdict: DeniedMissingTemplate, reason: fmt.Sprintf("template %s has mode %q: only named templates can be asked for", e.ref(), e.Mode)}
	}
	if problem := s.problem(e); problem != "" {
		s.broken = append(s.broken, e.ref().String())
		return &denial{verdict: DeniedBrokenTemplate, reason: fmt.Sprintf("named template %s %s", e.ref(), problem)}
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
	asked := make([]string, len(missing))
	for i, name := range missing {
		asked[i] = asName(name)
	}
	return fmt.Sprintf("no named template %s in namespace %s or the system namespace: %s", listed(asked), s.req.Namespace, exist)
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
