package whynot

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// answer is whether the server was asked and answered. With no template selected
// an answer leaves no trace on the pod.
func (w *walk) answer() Link {
	link := Link{Name: Answer, Status: Passed}
	selected, late := w.selected()
	switch {
	case w.pod.trace != nil:
		link.Evidence = "the server answered: the pod has the annotation " + podtemplate.ShapedAnnotation
	case !w.pod.stored():
		return w.wouldAnswer(link)
	case w.hook.passes() < gates || w.older():
		link.Status, link.Evidence = NotReached, "the server was not asked"
	case len(selected) == len(late):
		link.Status, link.Evidence = Unknown, "nothing tells: without a template for the pod an answer leaves no trace"
	default:
		link.Status = Stopped
		link.Evidence = fmt.Sprintf("templates that are older than the pod select it (%d), and it has no annotation %s: %s", len(selected)-len(late), podtemplate.ShapedAnnotation, w.howUnanswered())
		if r := w.cluster.Replicas; r != nil {
			link.Details = []string{r.String()}
		}
	}
	return link
}

// gates is how many links of a registration there are.
const gates = 3

// older tells whether the pod is older than its registration.
func (w *walk) older() bool {
	c := w.hook.configuration
	return c != nil && w.pod.precedes(c.CreationTimestamp.Time)
}

func (w *walk) howUnanswered() string {
	switch {
	case w.hook.configuration == nil:
		return "the server was not asked, or did not answer"
	case w.hook.policy() == admissionv1.Ignore:
		return "the server did not answer, and failurePolicy Ignore lets pods pass then"
	default:
		return "under failurePolicy Fail that takes labels, a registration or an annotation that somebody changed since"
	}
}

// wouldAnswer is about a pod that is not created yet.
func (w *walk) wouldAnswer(link Link) Link {
	r := w.cluster.Replicas
	link.Evidence = "failurePolicy " + string(w.hook.policy())
	switch {
	case r == nil:
		link.Status = Unknown
		link.Evidence += "; whether the server is ready is not known"
	case r.Ready > 0:
		link.Evidence += "; " + r.String()
	default:
		link.Status = Stopped
		link.Evidence += "; " + r.String() + ": now the pod would "
		if w.hook.policy() == admissionv1.Ignore {
			link.Evidence += "pass unshaped"
		} else {
			link.Evidence += "be refused"
		}
	}
	return link
}

// String says how many are ready.
func (r *Replicas) String() string {
	text := fmt.Sprintf("%d of %d replicas are ready", r.Ready, r.All)
	if !r.Since.IsZero() {
		text += ", the first since " + at(r.Since)
	}
	return text
}

// Count counts the replicas among the pods of a server's Service.
func Count(pods []corev1.Pod) *Replicas {
	r := &Replicas{All: len(pods)}
	for i := range pods {
		for _, c := range pods[i].Status.Conditions {
			if c.Type != corev1.PodReady || c.Status != corev1.ConditionTrue {
				continue
			}
			r.Ready++
			if since := c.LastTransitionTime.Time; r.Since.IsZero() || since.Before(r.Since) {
				r.Since = since
			}
		}
	}
	return r
}
