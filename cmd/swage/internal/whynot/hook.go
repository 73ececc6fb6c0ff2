package whynot

import (
	"fmt"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

// hook is one webhook of Swage's in a registration.
type hook struct {
	configuration *admissionv1.MutatingWebhookConfiguration // nil: none is known, and the chart's is assumed
	webhook       *admissionv1.MutatingWebhook
	route         podtemplate.Route
	served        bool // the server answers at its path

	object, namespace, conditions Link
}

// hooksOf are Swage's webhooks among all: those at a path that its server answers
// or, where there are none, those that call another.
func hooksOf(all []admissionv1.MutatingWebhookConfiguration) []*hook {
	var hooks, astray []*hook
	for i := range all {
		c := &all[i]
		for j := range c.Webhooks {
			w := &c.Webhooks[j]
			route, served := podtemplate.ParseRoute(registration.Path(&w.ClientConfig))
			switch h := (&hook{configuration: c, webhook: w, route: route, served: served}); {
			case served:
				hooks = append(hooks, h)
			case registration.Shapes(w):
				astray = append(astray, h)
			}
		}
	}
	if len(hooks) == 0 {
		return astray
	}
	return hooks
}

// assumed is the webhook that the chart registers.
func assumed(system string) *hook {
	return &hook{served: true, webhook: &admissionv1.MutatingWebhook{
		Name:           "shape.swage.dev",
		Rules:          []admissionv1.RuleWithOperations{{Operations: []admissionv1.OperationType{admissionv1.Create}, Rule: admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}}}},
		ObjectSelector: registration.SparkPods(),
		NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
			Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpNotIn, Values: []string{metav1.NamespaceSystem, system},
		}}},
		MatchConditions: []admissionv1.MatchCondition{{Name: "not-a-mirror-pod", Expression: noMirrorPod}},
	}}
}

// server is who the webhook calls, for people.
func (h *hook) server() string {
	switch c := h.webhook.ClientConfig; {
	case c.Service != nil:
		return fmt.Sprintf("Service %s/%s", c.Service.Namespace, c.Service.Name)
	case c.URL != nil:
		return *c.URL
	}
	return "nobody"
}

func (h *hook) policy() admissionv1.FailurePolicyType {
	if h.webhook.FailurePolicy == nil {
		return admissionv1.Fail // the API's default
	}
	return *h.webhook.FailurePolicy
}

// choose returns the webhook that the pod gets farthest with, nil if there is none.
func choose(hooks []*hook, pod Pod, namespace labelled) *hook {
	var best *hook
	for _, h := range hooks {
		h.judge(hooks, pod, namespace)
		if best == nil || h.passes() > best.passes() {
			best = h
		}
	}
	return best
}

// astray tells whether the API server asks about the pod where nobody answers.
func (h *hook) astray() bool {
	return !h.served && registration.CreatesPods(h.webhook.Rules) && h.passes() == gates
}

// passes counts the links up to the first that stops the pod.
func (h *hook) passes() int {
	links := []Link{h.object, h.namespace, h.conditions}
	if stop := slices.IndexFunc(links, func(l Link) bool { return l.Status == Stopped }); stop >= 0 {
		return stop
	}
	return len(links)
}

func (h *hook) judge(all []*hook, pod Pod, namespace labelled) {
	have := labelled{who: "the pod", labels: pod.Labels(), known: true}
	h.object = have.meets(ObjectSelector, h.webhook, h.webhook.ObjectSelector)
	h.namespace = namespace.meets(NamespaceSelector, h.webhook, h.webhook.NamespaceSelector)
	h.conditions = h.meetsConditions(all, pod)
}
