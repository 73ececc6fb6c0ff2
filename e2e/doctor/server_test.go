package doctor_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func scaled(n int32) func(*testing.T) {
	return func(t *testing.T) {
		changed[*appsv1.Deployment](t, server.Client().AppsV1().Deployments(system), service, func(d *appsv1.Deployment) { d.Spec.Replicas = &n })
	}
}

// endpoints changes those of all replicas.
func endpoints(change func(*discoveryv1.EndpointSlice)) func(*testing.T) {
	return func(t *testing.T) {
		for _, r := range here.replicas {
			changed[*discoveryv1.EndpointSlice](t, server.Client().DiscoveryV1().EndpointSlices(system), r.pod, change)
		}
	}
}

func budget(change func(*policyv1.PodDisruptionBudget)) func(*testing.T) {
	return func(t *testing.T) {
		changed[*policyv1.PodDisruptionBudget](t, server.Client().PolicyV1().PodDisruptionBudgets(system), service, change)
	}
}

func zone(node, name string) func(*testing.T) {
	return func(t *testing.T) {
		changed[*corev1.Node](t, server.Client().CoreV1().Nodes(), node, func(n *corev1.Node) { n.Labels[corev1.LabelTopologyZone] = name })
	}
}

func services() client[*corev1.Service] { return server.Client().CoreV1().Services(system) }

func serverHarms() []harm {
	return []harm{
		{"a replica is missing", "replicas", "warning", "2 of 3 replicas are ready", scaled(3), nil},
		{"scaled to none", "replicas", "failed", "scaled to 0", scaled(0), nil},
		{"both replicas in one zone", "spread", "warning", `in the zone "a", of 2`, zone("node-b", "a"), nil},
		{"replicas of two images", "versions", "warning", "replicas run different images: |localhost/swage-webhook:dev", func(t *testing.T) {
			changed[*corev1.Pod](t, server.Client().CoreV1().Pods(system), service+"-1", func(p *corev1.Pod) { p.Spec.Containers[0].Image = "localhost/swage-webhook:other" })
		}, nil},
		{"no budget", "disruption", "warning", "no PodDisruptionBudget", func(t *testing.T) {
			removed[*policyv1.PodDisruptionBudget](t, server.Client().PolicyV1().PodDisruptionBudgets(system), service, nil)
		}, nil},
		{"a budget that lets nobody go", "disruption", "warning", "cannot be drained", budget(func(b *policyv1.PodDisruptionBudget) {
			b.Spec.MinAvailable, b.Spec.MaxUnavailable = new(intstr.FromInt32(2)), nil
		}), nil},
		{"two budgets", "disruption", "warning", "2 budgets (everything, swage-webhook)|cannot be drained", func(t *testing.T) {
			created[*policyv1.PodDisruptionBudget](t, server.Client().PolicyV1().PodDisruptionBudgets(system), &policyv1.PodDisruptionBudget{
				ObjectMeta: metav1.ObjectMeta{Name: "everything"},
				Spec:       policyv1.PodDisruptionBudgetSpec{MaxUnavailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{}},
			})
		}, nil},
		{"somebody's Deployment with Swage's labels", "installations", "warning", "in namespace jobs has the labels|jobs/swage-webhook: it shapes nothing", func(t *testing.T) {
			theirs := get[*appsv1.Deployment](t, server.Client().AppsV1().Deployments(system), service)
			theirs.ObjectMeta = metav1.ObjectMeta{Name: theirs.Name, Labels: theirs.Labels}
			created[*appsv1.Deployment](t, server.Client().AppsV1().Deployments(jobs), theirs)
		}, nil},
		{"no Service", "service", "failed", "does not exist", func(t *testing.T) {
			removed(t, services(), service, func(s *corev1.Service) { s.Spec.ClusterIP, s.Spec.ClusterIPs = "", nil })
		}, nil},
		{"another port", "service", "failed", "no port 443", func(t *testing.T) {
			changed(t, services(), service, func(s *corev1.Service) { s.Spec.Ports[0].Port = 8443 })
		}, nil},
		{"no endpoint is ready", "service", "failed", "no ready endpoint at port 443", endpoints(func(s *discoveryv1.EndpointSlice) { s.Endpoints[0].Conditions.Ready = new(false) }), nil},
		{"a certificate near its end", "certificate-expiry", "warning", "ends in 3 days", served(-80, 3), nil},
		{"a certificate that has ended", "certificate-expiry", "failed", "ended on", served(-80, -3), nil},
		{"the server's rights are gone", "server-rights", "failed", "system:serviceaccount:swage-system:swage-webhook may not get configmaps", func(t *testing.T) {
			removed[*rbacv1.ClusterRoleBinding](t, server.Client().RbacV1().ClusterRoleBindings(), service, nil)
		}, nil},
	}
}
