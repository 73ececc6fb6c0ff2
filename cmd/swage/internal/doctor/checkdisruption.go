package doctor

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func disruption(_ *Facts, in *Installation) []finding {
	if err := cmp.Or(in.Deployments.Err, in.Budgets.Err); err != nil {
		return unknown(err)
	}
	d := in.Deployment()
	if d == nil {
		return skip("there is no Deployment")
	}
	switch budgets, replicas := in.budgets(d), int(wantedReplicas(d.Spec.Replicas)); {
	case len(budgets) > 1:
		return warn("kubectl -n "+d.Namespace+" get poddisruptionbudgets   # one may be for them", "%d budgets (%s) are for deployment %s/%s: Kubernetes evicts no pod that has several, so that nodes cannot be drained",
			len(budgets), some(namesOf(budgets)), d.Namespace, d.Name)
	case len(budgets) == 1:
		return in.budget(budgets[0], replicas)
	case replicas <= 1:
		return skip("there is one replica, which no budget can keep")
	}
	return warn(in.upgrade("podDisruptionBudget=true"), "no PodDisruptionBudget is for deployment %s/%s: a drain may take all replicas at once", d.Namespace, d.Name)
}

// budgets are those that are for the replicas. One without a selector is for nobody.
func (in *Installation) budgets(d *appsv1.Deployment) (all []*policyv1.PodDisruptionBudget) {
	for i := range in.Budgets.Value {
		selector, err := metav1.LabelSelectorAsSelector(in.Budgets.Value[i].Spec.Selector)
		if err == nil && selector.Matches(labels.Set(d.Spec.Template.Labels)) {
			all = append(all, &in.Budgets.Value[i])
		}
	}
	return all
}

func namesOf(budgets []*policyv1.PodDisruptionBudget) (names []string) {
	for _, b := range budgets {
		names = append(names, b.Name)
	}
	return names
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
