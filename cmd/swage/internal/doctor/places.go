package doctor

import (
	"slices"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// Node is what of a node decides which pods run there.
type Node struct {
	Metadata struct {
		Name   string
		Labels map[string]string
	}
	Spec struct {
		Taints        []corev1.Taint
		Unschedulable bool
	}
}

// places are the nodes on which replicas may run, as their Deployment is now.
func (in *Installation) places(nodes []Node) (all []Node) {
	spec := &corev1.PodSpec{}
	if d := in.Deployment(); d != nil {
		spec = &d.Spec.Template.Spec
	}
	for i := range nodes {
		if nodes[i].takes(spec) {
			all = append(all, nodes[i])
		}
	}
	return all
}

// takes tells whether a new pod may run on the node, if there is room.
func (n *Node) takes(spec *corev1.PodSpec) bool {
	taints := n.Spec.Taints
	if n.Spec.Unschedulable {
		taints = append(slices.Clip(taints), corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
	for i := range taints {
		repels := taints[i].Effect == corev1.TaintEffectNoSchedule || taints[i].Effect == corev1.TaintEffectNoExecute
		if repels && !slices.ContainsFunc(spec.Tolerations, func(t corev1.Toleration) bool { return t.ToleratesTaint(logr.Discard(), &taints[i], true) }) {
			return false
		}
	}
	return labels.SelectorFromSet(spec.NodeSelector).Matches(labels.Set(n.Metadata.Labels)) && n.required(spec.Affinity)
}

// required tells whether an affinity that must hold lets a pod run on the node.
func (n *Node) required(a *corev1.Affinity) bool {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return true
	}
	return slices.ContainsFunc(a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms, func(term corev1.NodeSelectorTerm) bool {
		named := labels.Set{"metadata.name": n.Metadata.Name} // the one field that there is
		return len(term.MatchExpressions)+len(term.MatchFields) > 0 && hold(term.MatchExpressions, n.Metadata.Labels) && hold(term.MatchFields, named)
	})
}

// hold tells whether all requirements hold. One that cannot be read never does, as for the scheduler.
func hold(requirements []corev1.NodeSelectorRequirement, set labels.Set) bool {
	operators := map[corev1.NodeSelectorOperator]selection.Operator{
		corev1.NodeSelectorOpIn: selection.In, corev1.NodeSelectorOpNotIn: selection.NotIn,
		corev1.NodeSelectorOpExists: selection.Exists, corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist,
		corev1.NodeSelectorOpGt: selection.GreaterThan, corev1.NodeSelectorOpLt: selection.LessThan,
	}
	return !slices.ContainsFunc(requirements, func(r corev1.NodeSelectorRequirement) bool {
		read, err := labels.NewRequirement(r.Key, operators[r.Operator], r.Values)
		return err != nil || !read.Matches(set)
	})
}
