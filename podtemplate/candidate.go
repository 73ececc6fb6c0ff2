package podtemplate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

// Candidate is one template that could reach a pod, and whether it does.
type Candidate struct {
	// Ref names the template. Without a digest it does not load.
	Ref      Ref
	State    State
	Selected bool
	// Why says in words why the template was not selected or, of one that was,
	// why it does nothing; "" otherwise. It holds names, labels and selectors,
	// never values of other fields.
	Why string
}

// Candidates says of each template of the pod's namespace and of the system
// namespace whether it is selected for the pod, and why not. A pod that is not
// shaped, whatever templates there are, has none.
func (s *Shaper) Candidates(req Request) []Candidate {
	role := cmp.Or(req.Role, req.Pod.Role())
	if !role.Valid() || s.leavesAlone(req.Namespace) {
		return nil
	}
	chooser := newSelector(req, role, s.opts.Limits)
	_ = chooser.lookUpNamed() // what denies the pod is told by Shape
	chooser.join()
	var all []Candidate
	for _, library := range []*Library{req.Templates, req.SystemTemplates} {
		if library == nil {
			continue
		}
		for _, name := range library.names {
			all = append(all, chooser.candidate(library.entries[name]))
		}
	}
	return all
}

func (s *selector) candidate(e *shelved) Candidate {
	c := Candidate{Ref: e.ref(), State: e.state}
	c.Ref.Mode = e.Mode
	if e.Template != nil {
		if !stable(e.Template, s.reach) {
			c.State = Unstable
		}
		c.Ref = e.Template.Ref
		c.Selected = slices.ContainsFunc(s.ladder, func(r rung) bool { return r.selected && r.template == e.Template })
	}
	switch {
	case !c.Selected:
		c.Why = s.whyNot(e)
	case len(e.Template.entriesFor(s.role)) == 0:
		c.Why = fmt.Sprintf("it says nothing of %ss", s.role)
	case e.state == Stale:
		c.Why = "its last good version: the newest does not load"
	}
	return c
}

func (s *selector) whyNot(e *shelved) string {
	switch problem := s.whyNotInMode(e); {
	case problem != "":
		return problem
	case e.reach != nil && !s.matches(e.reach):
		return s.mismatch(e.reach)
	}
	if problem := s.problem(e); problem != "" {
		return "it " + problem + e.firstProblem()
	}
	return "another template that the pod asks for denies the pod"
}

// firstProblem is the first of what keeps a template from loading.
func (s *shelved) firstProblem() string {
	var failed *LoadError
	if s.Template != nil || !errors.As(s.Err, &failed) || len(failed.Problems) == 0 {
		return ""
	}
	return ": " + failed.Problems[0].String()
}

// whyNotInMode is why a template is not asked for, whatever it selects.
func (s *selector) whyNotInMode(e *shelved) string {
	switch asked := s.asked(); {
	case e.state == Unknown:
		return fmt.Sprintf("its label %s is %s: it names none of the modes default, named and enforced", TemplateLabel, asText(string(e.Mode)))
	case e.Mode == Default && s.optedOut:
		return "the pod opted out of default templates by the annotation " + ShapeAnnotation
	case e.Mode != Named:
		return ""
	case !slices.Contains(asked.names, e.Name) && len(asked.names) == 0:
		return "nobody asks for it by the annotation " + TemplatesAnnotation
	case !slices.Contains(asked.names, e.Name):
		return "the " + asked.by() + " does not list it"
	case s.find(e.Name) != e:
		return "the pod's namespace has one of that name, which comes first"
	}
	return ""
}

// mismatch says which requirements of a template do not hold, and what there is instead.
func (s *selector) mismatch(t *Template) string {
	unmet := unmetBy(t.namespaces, s.namespace, NamespacesAnnotation, "the namespace")
	unmet = append(unmet, unmetBy(t.selector, s.labels, SelectAnnotation, "the pod")...)
	return strings.Join(unmet, "; ")
}

func unmetBy(selector labels.Selector, have labels.Labels, annotation, who string) (unmet []string) {
	if selector == nil {
		return nil
	}
	requirements, _ := selector.Requirements()
	for i := range requirements {
		if r := &requirements[i]; !r.Matches(have) {
			unmet = append(unmet, fmt.Sprintf("its %s wants %s, and %s has %s", annotation, r, who, LabelText(have, r.Key())))
		}
	}
	return unmet
}

// LabelText is what somebody has of a label, in words: "the label team=web", or "no label team".
func LabelText(have labels.Labels, key string) string {
	if !have.Has(key) {
		return "no label " + key
	}
	return "the label " + key + "=" + asText(have.Get(key))
}
