package doctor

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
