package whynot

import (
	"fmt"
	"slices"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

// Cluster is what is known around a pod.
type Cluster struct {
	// Configurations are all that there are; NoConfigurations says why that is not known.
	Configurations   []admissionv1.MutatingWebhookConfiguration
	NoConfigurations string
	// Pods are this one and, of an executor, its driver.
	Pods *offline.Pods
	// Templates are those of the pod's namespace and of the system namespace, and
	// the Namespace with its labels; NoTemplates says which could not be read.
	Templates   *offline.Templates
	NoTemplates string
	// Replicas are the server's; nil: not known.
	Replicas *Replicas
}

// Replicas are the pods of a server.
type Replicas struct {
	Ready, All int
	// Since is when the first of the ready ones became ready.
	Since time.Time
}

// Server is who is asked about the pod, by a Service; "" where that is not known.
// namespaced tells that it serves that one namespace only, and has no system level.
func Server(configurations []admissionv1.MutatingWebhookConfiguration, p *offline.Pod, labels map[string]string, known bool) (namespace, service string, namespaced bool) {
	h := choose(hooksOf(configurations), newPod(p), namespaceNamed(p.Namespace, labels, known))
	if h == nil || h.webhook.ClientConfig.Service == nil {
		return "", "", false
	}
	s := h.webhook.ClientConfig.Service
	return s.Namespace, s.Name, s.Namespace == p.Namespace && h.namespace.Status == Passed
}

// walk is one pod on its way.
type walk struct {
	cluster *Cluster
	pod     Pod
	hook    *hook
	outcome offline.Outcome
	links   []Link
	changes int  // that shaping would make in the pod
	undone  bool // some of them were made before
}

// Walk walks the chain of one pod. system is the system namespace.
func Walk(c *Cluster, p *offline.Pod, system string) *Report {
	w := &walk{cluster: c, pod: newPod(p)}
	own := c.Templates.NamespaceLabels(p.Namespace)
	namespace := namespaceNamed(p.Namespace, own, own != nil)
	hooks := hooksOf(c.Configurations)
	if w.hook = choose(hooks, w.pod, namespace); w.hook == nil {
		w.hook = assumed(system)
		w.hook.judge(nil, w.pod, namespace)
	}
	w.outcome = offline.ShapeOne(p, c.Pods, c.Templates, w.hook.route)
	w.add(w.registration())
	w.add(w.age())
	for _, link := range []Link{w.hook.object, w.hook.namespace, w.hook.conditions} {
		w.add(w.yetShaped(link))
	}
	w.add(w.answer())
	w.add(w.optOut())
	w.add(w.templates())
	w.add(w.fields())
	return w.report()
}

func (w *walk) add(l Link) { w.links = append(w.links, l) }

// yetShaped: what was the case when a pod was created may not be any more.
func (w *walk) yetShaped(l Link) Link {
	if l.Status == Stopped && w.pod.trace != nil {
		l.Status = Unknown
		l.Evidence += "; yet the pod was shaped: that was different then"
	}
	return l
}

func (w *walk) registration() Link {
	link := Link{Name: Registration}
	switch h := w.hook; {
	case w.cluster.NoConfigurations != "":
		link.Status, link.Evidence = Unknown, w.cluster.NoConfigurations+": taken to be the chart's"
	case h.configuration == nil:
		link.Status, link.Evidence = Stopped, fmt.Sprintf("no MutatingWebhookConfiguration calls Swage, of %d that there are", len(w.cluster.Configurations))
	case !h.served:
		link.Status, link.Evidence = Stopped, fmt.Sprintf("%s: %s calls the path %s, which is none of the server's", h.configuration.Name, h.webhook.Name, registration.Path(&h.webhook.ClientConfig))
	case !registration.CreatesPods(h.webhook.Rules):
		link.Status, link.Evidence = Stopped, fmt.Sprintf("%s has no rule for CREATE of pods in %s", h.configuration.Name, h.webhook.Name)
	default:
		link.Status, link.Evidence = Passed, fmt.Sprintf("%s: %s calls %s", h.configuration.Name, h.webhook.Name, h.server())
	}
	return w.yetShaped(link)
}

func (w *walk) age() Link {
	link := Link{Name: Age, Status: Passed}
	switch c := w.hook.configuration; {
	case !w.pod.stored():
		link.Evidence = "the pod is not created yet"
	case c == nil || c.CreationTimestamp.IsZero():
		link.Status, link.Evidence = Unknown, "the pod was created at "+at(w.pod.created)+", and nobody knows since when there is a registration"
	case w.pod.precedes(c.CreationTimestamp.Time):
		link.Status = Stopped
		link.Evidence = fmt.Sprintf("the pod was created at %s, and %s at %s", at(w.pod.created), c.Name, at(c.CreationTimestamp.Time))
	default:
		link.Evidence = fmt.Sprintf("the pod was created at %s, and %s before it", at(w.pod.created), c.Name)
		when, by := changed(&c.ObjectMeta, "objectSelector", "namespaceSelector", "matchConditions", "rules", "failurePolicy")
		if w.pod.precedes(when) {
			link.Evidence += fmt.Sprintf("; %s changed it at %s, so that it may have been another then", by, at(when))
		}
	}
	return w.yetShaped(link)
}

func (w *walk) optOut() Link {
	link := Link{Name: OptOut, Status: Passed, Evidence: "the pod has no annotation " + podtemplate.ShapeAnnotation}
	switch value, stated := w.pod.Annotation(podtemplate.ShapeAnnotation); {
	case !stated:
	case value != "false" && value != "true":
		link.Evidence = podtemplate.ShapeAnnotation + " is neither true nor false: ignored"
	case value == "true":
		link.Evidence = podtemplate.ShapeAnnotation + " is true, as without it"
	case w.outcome.Result.Verdict == podtemplate.SkippedOptOut:
		link.Status, link.Evidence = Stopped, "the pod opted out of default templates, and no other is selected"
	default:
		link.Evidence = "the pod opted out of default templates; enforced ones, and those that it asks for, apply"
	}
	return link
}

func (w *walk) report() *Report {
	r := &Report{Pod: w.pod.String(), Links: w.links, Templates: templatesOf(w.outcome.Candidates)}
	if stop := slices.IndexFunc(w.links, func(l Link) bool { return l.Status == Stopped }); stop >= 0 {
		r.StoppedAt = w.links[stop].Name
	}
	r.Outcome = w.became(r.StoppedAt)
	r.Advice = w.advice(r)
	return r
}

// became is what became of the pod, or would.
func (w *walk) became(stop string) Outcome {
	switch {
	case stop == "" && w.pod.trace == nil && w.link(Templates).Status == Unknown:
		return Undecided
	case stop == "":
		return Shaped
	case w.pod.trace != nil, stop == Fields && w.changes > 0:
		return PartlyShaped
	case w.pod.stored():
		return NotShaped
	case stop == Templates && !w.outcome.Result.Verdict.Allowed(), w.unanswered(stop) && w.hook.policy() == admissionv1.Fail:
		return Denied
	}
	return NotShaped
}

// unanswered tells whether the API server asks about the pod and gets no answer.
func (w *walk) unanswered(stop string) bool {
	return stop == Answer || stop == Registration && w.hook.astray()
}

func (w *walk) link(name string) Link {
	return w.links[slices.IndexFunc(w.links, func(l Link) bool { return l.Name == name })]
}

func (w *walk) advice(r *Report) string {
	switch {
	case r.StoppedAt == Fields && w.undone:
		return "see which webhook, controller or person writes these fields; Swage's registration runs before those whose names sort after it, and is asked again when they changed the pod"
	case r.Outcome == Denied && r.StoppedAt == Templates:
		return "the verdict is " + string(w.outcome.Result.Verdict) + ": docs/operate.md says what that means"
	}
	return advice(r.StoppedAt)
}
