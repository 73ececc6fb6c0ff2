package whynot

import (
	"fmt"
	"strings"
	"time"

	"swage.dev/swage/podtemplate"
)

func (w *walk) templates() Link {
	link := Link{Name: Templates, Status: Passed}
	result := &w.outcome.Result
	selected, late := w.selected()
	switch {
	case result.Verdict == podtemplate.SkippedNotSpark || result.Verdict == podtemplate.SkippedNamespace:
		link.Status, link.Evidence = NotReached, result.Verdict.Sentence()
		if w.hook.passes() == gates { // nothing before says why
			link.Status = Stopped
		}
	case w.pod.trace != nil:
		return w.sinceShaped(link)
	case !result.Verdict.Allowed():
		link.Status, link.Evidence = Stopped, w.denial()
	case len(selected) == 0 && w.cluster.NoTemplates != "":
		link.Status, link.Evidence = Unknown, w.cluster.NoTemplates
	case len(selected) == 0:
		link.Status, link.Evidence = Stopped, w.noneSelected()
	case len(late) == len(selected) && w.pod.stored():
		link.Status, link.Evidence, link.Details = Stopped, "what is selected today is younger than the pod", late
	default:
		link.Evidence, link.Details = "selected: "+strings.Join(selected, ", "), late
	}
	return link
}

func (w *walk) denial() string {
	if w.pod.stored() {
		return "today the pod would be denied: " + w.outcome.Result.Message()
	}
	return w.outcome.Result.Message()
}

func (w *walk) noneSelected() string {
	switch n := len(w.outcome.Candidates); n {
	case 0:
		return "there is no template in namespace " + w.pod.Namespace + " or the system namespace"
	case 1:
		return "the one template that there is does not reach the pod"
	default:
		return fmt.Sprintf("none of %d templates reaches the pod", n)
	}
}

// selected are the names of the templates that are selected today, and why some
// of them could not be when the pod was created.
func (w *walk) selected() (names, late []string) {
	for i := range w.outcome.Candidates {
		c := &w.outcome.Candidates[i]
		if !c.Selected {
			continue
		}
		names = append(names, c.Ref.String())
		if why := w.late(c.Ref); why != "" {
			late = append(late, c.Ref.String()+" "+why)
		}
	}
	return names, late
}

// late says that a template came, or was changed, after the pod; "" if it did not.
func (w *walk) late(ref podtemplate.Ref) string {
	created, written := w.born(ref)
	switch {
	case w.pod.precedes(created):
		return "was created at " + at(created)
	case w.pod.precedes(written):
		return "was changed at " + at(written)
	}
	return ""
}

// born is when a template was created, and when what it says was last written.
func (w *walk) born(ref podtemplate.Ref) (created, written time.Time) {
	for i := range w.cluster.Templates.Sources {
		source := &w.cluster.Templates.Sources[i]
		if cm := source.ConfigMap; cm != nil && source.Name() == ref.String() {
			written, _ = changed(&cm.ObjectMeta, "data", podtemplate.TemplateLabel, podtemplate.SelectAnnotation, podtemplate.NamespacesAnnotation)
			created = cm.CreationTimestamp.Time
		}
	}
	return created, written
}

// sinceShaped compares what is selected today with what the pod was shaped by.
func (w *walk) sinceShaped(link Link) Link {
	t := w.pod.trace
	link.Evidence = "shaped by " + strings.Join(t.Templates, ", ")
	for i := range w.outcome.Candidates {
		c := &w.outcome.Candidates[i]
		switch then := t.digestOf(c.Ref.String()); {
		case !c.Selected, t.All != "" && then == "", then == c.Ref.Digest:
		case then != "":
			link.Status = Stopped
			link.Details = append(link.Details, strings.TrimSpace(fmt.Sprintf("%s was @%s then, and is @%s now %s", c.Ref, then, c.Ref.Digest, w.late(c.Ref))))
		default:
			link.Status = Stopped
			link.Details = append(link.Details, fmt.Sprintf("%s is selected today, and was not then: %s", c.Ref, w.whyThen(c.Ref)))
		}
	}
	if !w.outcome.Result.Verdict.Allowed() {
		link.Details = append(link.Details, w.denial())
	}
	for _, name := range t.gone(w.outcome.Candidates) {
		link.Details = append(link.Details, name+" is gone since, or not read")
	}
	return link
}

// whyThen is why a template that is selected today was not when the pod was created.
func (w *walk) whyThen(ref podtemplate.Ref) string {
	if why := w.late(ref); why != "" {
		return "it " + why
	}
	return "labels of the pod, of its namespace or of its driver were others"
}
