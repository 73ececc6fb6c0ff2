package doctor_test

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

func settingHarms() []harm {
	return []harm{
		{"Ignore, and a template is enforced", "failure-policy", "warning", "jobs/must", func(t *testing.T) {
			written(t, jobs, "must", podtemplate.Enforced, "metadata: {labels: {must: \"yes\"}}\n")
			shaping(func(e *admissionv1.MutatingWebhook) { e.FailurePolicy = new(admissionv1.Ignore) })(t)
		}, nil},
		{"kube-system waits for it", "exclusions", "warning", "reaches kube-system", namespaces(system), nil},
		{"its own namespace waits for it", "exclusions", "warning", "its own namespace swage-system", namespaces(metav1.NamespaceSystem), nil},
		{"every pod waits for it", "exclusions", "failed", "selects every pod", shaping(func(e *admissionv1.MutatingWebhook) { e.ObjectSelector = nil }), nil},
		{"too long", "timeout", "warning", "30s", shaping(func(e *admissionv1.MutatingWebhook) { e.TimeoutSeconds = new(int32(30)) }), nil},
		{"too short", "timeout", "warning", "answers too late", shaping(func(e *admissionv1.MutatingWebhook) { e.TimeoutSeconds = new(int32(1)) }), nil},
		{"not called again", "settings", "warning", "reinvocationPolicy", shaping(func(e *admissionv1.MutatingWebhook) { e.ReinvocationPolicy = new(admissionv1.NeverReinvocationPolicy) }), nil},
		{"exact matches", "settings", "warning", "matchPolicy", shaping(func(e *admissionv1.MutatingWebhook) { e.MatchPolicy = new(admissionv1.Exact) }), nil},
		{"mirror pods", "settings", "warning", "mirror pods", shaping(func(e *admissionv1.MutatingWebhook) { e.MatchConditions = nil }), nil},
	}
}

// namespaces leaves out one namespace alone.
func namespaces(excluded string) func(*testing.T) {
	return shaping(func(e *admissionv1.MutatingWebhook) {
		e.NamespaceSelector.MatchExpressions[0].Values = []string{excluded}
	})
}
