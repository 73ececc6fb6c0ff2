package submitter

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// networkPolicy lets only pods of the application reach its executors.
func (b *build) networkPolicy() error {
	application := b.identity()
	meta := b.named(b.prefix + "-policy")
	meta.Labels = application
	b.own(&networkingv1.NetworkPolicy{
		TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, ObjectMeta: meta,
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: merged(application, map[string]string{podtemplate.RoleLabel: string(podtemplate.Executor)})},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{
				PodSelector: &metav1.LabelSelector{MatchLabels: application},
			}}}},
		},
	})
	return nil
}
