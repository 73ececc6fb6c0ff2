package doctor

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func replicas(_ *Facts, in *Installation) []finding {
	if in.Deployments.Err != nil {
		return unknown(in.Deployments.Err)
	}
	d := in.Deployment()
	if d == nil {
		return fail(in.upgrade(), "no Deployment in namespace %s is behind the Service %s", in.Place.Namespace, in.Place.Service)
	}
	wanted, ready := wantedReplicas(d.Spec.Replicas), d.Status.ReadyReplicas
	describe := "kubectl -n " + d.Namespace + " describe pods -l " + metav1.FormatLabelSelector(d.Spec.Selector)
	scale := in.upgrade("replicas=2")
	switch {
	case wanted == 0:
		return fail(scale, "deployment %s/%s is scaled to 0", d.Namespace, d.Name)
	case ready == 0:
		return fail(describe, "deployment %s/%s: none of %s is ready", d.Namespace, d.Name, count(int(wanted), "replica", "replicas"))
	case ready < wanted:
		return warn(describe, "deployment %s/%s: %d of %d replicas are ready", d.Namespace, d.Name, ready, wanted)
	case wanted == 1:
		return warn(scale, "deployment %s/%s has one replica: while it moves to another node nobody shapes pods", d.Namespace, d.Name)
	}
	return ok("deployment %s/%s: %d of %d replicas are ready", d.Namespace, d.Name, ready, wanted)
}

func wantedReplicas(n *int32) int32 {
	if n == nil {
		return 1 // Kubernetes' default
	}
	return *n
}

func spread(f *Facts, in *Installation) []finding {
	if in.Pods.Err != nil {
		return unknown(in.Pods.Err)
	}
	ready := in.ready()
	if len(ready) < 2 {
		return skip("%s: there is nothing to spread", count(len(ready), "replica is ready", "replicas are ready"))
	}
	zoneOf := map[string]string{}
	nodes, zones, allZones := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range f.Nodes.Value {
		zone := f.Nodes.Value[i].Labels[corev1.LabelTopologyZone]
		zoneOf[f.Nodes.Value[i].Name], allZones[zone] = zone, true
	}
	for _, pod := range ready {
		nodes[pod.Spec.NodeName], zones[zoneOf[pod.Spec.NodeName]] = true, true
	}
	restart := "kubectl -n " + in.Place.Namespace + " rollout restart deployment/" + in.name()
	switch {
	case f.Nodes.Err != nil && len(nodes) > 1:
		return ok("%d replicas on %d nodes", len(ready), len(nodes))
	case f.Nodes.Err != nil:
		return unknown(f.Nodes.Err)
	case len(nodes) == 1 && len(f.Nodes.Value) > 1:
		return warn(restart, "all %d replicas are on the node %s, of %d: its end is theirs", len(ready), ready[0].Spec.NodeName, len(f.Nodes.Value))
	case len(zones) == 1 && len(allZones) > 1:
		return warn(restart, "all %d replicas are in the zone %q, of %d: its end is theirs", len(ready), zoneOf[ready[0].Spec.NodeName], len(allZones))
	}
	return ok("%d replicas on %s in %s", len(ready), count(len(nodes), "node", "nodes"), count(len(zones), "zone", "zones"))
}

func disruption(_ *Facts, in *Installation) []finding {
	if err := cmp.Or(in.Deployments.Err, in.Budgets.Err); err != nil {
		return unknown(err)
	}
	d := in.Deployment()
	if d == nil {
		return skip("there is no Deployment")
	}
	for i := range in.Budgets.Value {
		b := &in.Budgets.Value[i]
		selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil || !selector.Matches(labels.Set(d.Spec.Template.Labels)) {
			continue
		}
		return in.budget(b, int(wantedReplicas(d.Spec.Replicas)))
	}
	if wantedReplicas(d.Spec.Replicas) <= 1 {
		return skip("there is one replica, which no budget can keep")
	}
	return warn(in.upgrade("podDisruptionBudget=true"), "no PodDisruptionBudget is for deployment %s/%s: a drain may take all replicas at once", d.Namespace, d.Name)
}

// budget judges the one that is for the replicas.
func (in *Installation) budget(b *policyv1.PodDisruptionBudget, replicas int) []finding {
	switch n := evictable(b, replicas); {
	case replicas > 0 && n <= 0:
		return warn(in.upgrade(), "the budget %s/%s lets no replica go: nodes cannot be drained", b.Namespace, b.Name)
	case replicas > 1 && n >= replicas:
		return warn(in.upgrade(), "the budget %s/%s lets all %d replicas go at once: a drain may take them all", b.Namespace, b.Name, replicas)
	case replicas <= 1:
		return ok("the budget %s/%s stops no drain, and with one replica it can keep none", b.Namespace, b.Name)
	}
	return ok("the budget %s/%s keeps a replica through a drain", b.Namespace, b.Name)
}

// evictable is how many of all replicas a budget lets go at once.
func evictable(b *policyv1.PodDisruptionBudget, replicas int) int {
	if b.Spec.MaxUnavailable != nil {
		n, err := intstr.GetScaledValueFromIntOrPercent(b.Spec.MaxUnavailable, replicas, true)
		if err == nil {
			return n
		}
	}
	if b.Spec.MinAvailable != nil {
		n, err := intstr.GetScaledValueFromIntOrPercent(b.Spec.MinAvailable, replicas, true)
		if err == nil {
			return max(0, replicas-n)
		}
	}
	return 1 // Kubernetes' default: one at a time
}
