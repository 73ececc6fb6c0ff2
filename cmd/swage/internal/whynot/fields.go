package whynot

import (
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

// fields compares the pod with what the templates state: shaping a pod again
// changes nothing in it, so that whatever it would change now was undone.
func (w *walk) fields() Link {
	link := Link{Name: Fields, Status: Passed}
	if len(w.outcome.Result.Templates) == 0 || !w.outcome.Result.Verdict.Allowed() {
		return Link{Name: Fields, Status: NotReached, Evidence: "no template is selected"}
	}
	if w.pod.stored() && w.pod.trace == nil {
		return Link{Name: Fields, Status: NotReached, Evidence: "the pod was not shaped"}
	}
	wanted, kept := w.differences()
	w.changes = len(wanted)
	switch {
	case w.pod.stored() && len(wanted) > 0:
		link.Status, link.Details, w.undone = Stopped, wanted, true
		link.Evidence = fmt.Sprintf("not what the templates state that shaped the pod (%d): %s wrote over it", len(wanted), w.whoElse())
	case w.pod.stored():
		link.Evidence = "the pod has all that its templates state"
	case len(wanted) > 0:
		link.Evidence = fmt.Sprintf("changes, which swage explain lists: %d", len(wanted))
	default:
		link.Status, link.Evidence = Stopped, "the pod has all that the templates state"
	}
	if len(kept) > 0 {
		link.Status = Stopped
		link.Evidence += fmt.Sprintf("; values of its own that stay: %d", len(kept))
		link.Details = append(link.Details, kept...)
	}
	return link
}

// differences are what shaping would change in the pod now, and what it would
// not, because the pod's own values win.
func (w *walk) differences() (wanted, kept []string) {
	for i := range w.outcome.Result.Changes {
		c := &w.outcome.Result.Changes[i]
		switch {
		case c.Template == "" || lifted(c.Path) || !w.sameAsThen(c.Template):
		case c.Op != podtemplate.OpNone:
			wanted = append(wanted, fmt.Sprintf("%s: %s by %s", c.Path, c.Op, c.Template))
		case c.Resolution == podtemplate.Kept:
			kept = append(kept, fmt.Sprintf("%s: kept against %s", c.Path, c.Template))
		}
	}
	return wanted, kept
}

// lifted: scheduling gates go when the pod may be scheduled, as they should.
func lifted(path string) bool { return strings.HasPrefix(path, "/spec/schedulingGates") }

// sameAsThen tells whether a template says what it said when it shaped the pod.
func (w *walk) sameAsThen(template string) bool {
	if w.pod.trace == nil {
		return true
	}
	return slices.ContainsFunc(w.outcome.Result.Templates, func(r podtemplate.Ref) bool {
		return strings.HasPrefix(template, r.String()+"/") && w.pod.trace.digestOf(r.String()) == r.Digest
	})
}

// whoElse names who can have written over what templates stated.
func (w *walk) whoElse() string {
	var names []string
	for i := range w.cluster.Configurations {
		c := &w.cluster.Configurations[i]
		ours := len(hooksOf([]admissionv1.MutatingWebhookConfiguration{*c})) > 0
		if !ours && w.concerns(c) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return "somebody"
	}
	return "another webhook (" + strings.Join(names, ", ") + "), or somebody since,"
}

// concerns tells whether one of a configuration's webhooks is asked about pods like this one.
func (w *walk) concerns(c *admissionv1.MutatingWebhookConfiguration) bool {
	own := w.cluster.Templates.NamespaceLabels(w.pod.Namespace)
	for i := range c.Webhooks {
		h := &hook{configuration: c, webhook: &c.Webhooks[i]}
		h.judge(nil, w.pod, namespaceNamed(w.pod.Namespace, own, own != nil))
		if registration.CreatesPods(h.webhook.Rules) && h.passes() == gates {
			return true
		}
	}
	return false
}
