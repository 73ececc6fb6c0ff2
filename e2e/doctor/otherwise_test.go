package doctor_test

import (
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What is not as everywhere, and no fault: doctor sees it and does not warn.
func healthyOtherwise(t *testing.T) {
	for _, row := range []struct {
		rule, check, says string
		change            func(t *testing.T)
	}{
		{"the only zone that takes pods", "spread", "2 nodes in 1 zone", func(t *testing.T) {
			zone("node-b", "a")(t)
			changed[*corev1.Node](t, server.Client().CoreV1().Nodes(), "node-c", func(n *corev1.Node) { n.Spec.Unschedulable = true })
		}},
		{"a Service of two families", "service", "and 2 ready endpoints", func(t *testing.T) {
			for _, r := range here.replicas {
				pod := &corev1.ObjectReference{Kind: "Pod", Namespace: system, Name: r.pod}
				slices := server.Client().DiscoveryV1().EndpointSlices(system)
				changed[*discoveryv1.EndpointSlice](t, slices, r.pod, func(s *discoveryv1.EndpointSlice) { s.Endpoints[0].TargetRef = pod })
				six := get[*discoveryv1.EndpointSlice](t, slices, r.pod)
				six.ObjectMeta = metav1.ObjectMeta{Name: r.pod + "-six", Labels: six.Labels}
				six.AddressType, six.Endpoints[0].Addresses = discoveryv1.AddressTypeIPv6, []string{"2001:db8::1"}
				created[*discoveryv1.EndpointSlice](t, slices, six)
			}
		}},
		{"a policy that is bound to nothing that Spark makes", "order", "none before", func(t *testing.T) {
			policy(t)
			bindings := server.Client().AdmissionregistrationV1().MutatingAdmissionPolicyBindings()
			changed[*admissionv1.MutatingAdmissionPolicyBinding](t, bindings, "add-a-label", func(b *admissionv1.MutatingAdmissionPolicyBinding) {
				b.Spec.MatchResources = &admissionv1.MatchResources{ExcludeResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: createPods()}}}
			})
		}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			row.change(t)
			results, _ := examined(t, server.Kubeconfig())
			for _, r := range results {
				if r.State != wellState(r.Check) || r.Check == row.check && !strings.Contains(r.Message, row.says) {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}
