package doctor

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A node is a place for replicas where the scheduler would let one run.
func TestPlaces(t *testing.T) {
	gpu := corev1.Taint{Key: "gpu", Value: "yes", Effect: corev1.TaintEffectNoSchedule}
	affine := func(terms ...corev1.NodeSelectorTerm) *corev1.Affinity {
		return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms}}}
	}
	wants := func(key string, operator corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: operator, Values: values}}}
	}
	for _, row := range []struct {
		rule string
		edit func(n *Node, spec *corev1.PodSpec)
		want bool
	}{
		{"any node", func(*Node, *corev1.PodSpec) {}, true},
		{"one that was cordoned", func(n *Node, _ *corev1.PodSpec) { n.Spec.Unschedulable = true }, false},
		{"one that was cordoned, for pods that do not mind", func(n *Node, s *corev1.PodSpec) {
			n.Spec.Unschedulable = true
			s.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
		}, true},
		{"a taint", func(n *Node, _ *corev1.PodSpec) { n.Spec.Taints = []corev1.Taint{gpu} }, false},
		{"a taint that pods would rather not have", func(n *Node, _ *corev1.PodSpec) {
			n.Spec.Taints = []corev1.Taint{{Key: "gpu", Effect: corev1.TaintEffectPreferNoSchedule}}
		}, true},
		{"a taint that is tolerated", func(n *Node, s *corev1.PodSpec) {
			n.Spec.Taints = []corev1.Taint{gpu}
			s.Tolerations = []corev1.Toleration{{Key: "gpu", Value: "yes"}}
		}, true},
		{"two taints of which one is tolerated", func(n *Node, s *corev1.PodSpec) {
			n.Spec.Taints = []corev1.Taint{gpu, {Key: "spot", Effect: corev1.TaintEffectNoExecute}}
			s.Tolerations = []corev1.Toleration{{Key: "gpu", Operator: corev1.TolerationOpExists}}
		}, false},
		{"nodeSelector", func(_ *Node, s *corev1.PodSpec) { s.NodeSelector = map[string]string{"pool": "infra"} }, false},
		{"nodeSelector that the node has", func(_ *Node, s *corev1.PodSpec) { s.NodeSelector = map[string]string{"disk": "ssd"} }, true},
		{"affinity", func(_ *Node, s *corev1.PodSpec) { s.Affinity = affine(wants("disk", "NotIn", "ssd")) }, false},
		{"affinity, one of two terms", func(_ *Node, s *corev1.PodSpec) {
			s.Affinity = affine(wants("disk", "NotIn", "ssd"), wants("cores", "Gt", "8"))
		}, true},
		{"affinity that is preferred", func(_ *Node, s *corev1.PodSpec) {
			s.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Preference: wants("pool", "Exists")}}}}
		}, true},
		{"affinity to another node's name", func(_ *Node, s *corev1.PodSpec) {
			s.Affinity = affine(corev1.NodeSelectorTerm{MatchFields: wants("metadata.name", "In", "m").MatchExpressions})
		}, false},
		{"affinity to its name", func(_ *Node, s *corev1.PodSpec) {
			s.Affinity = affine(corev1.NodeSelectorTerm{MatchFields: wants("metadata.name", "In", "n").MatchExpressions})
		}, true},
		{"an empty term, which no node has", func(_ *Node, s *corev1.PodSpec) { s.Affinity = affine(corev1.NodeSelectorTerm{}) }, false},
	} {
		n, spec := node("n", ""), &corev1.PodSpec{}
		n.Metadata.Labels["disk"], n.Metadata.Labels["cores"] = "ssd", "16"
		row.edit(&n, spec)
		if got := n.takes(spec); got != row.want {
			t.Errorf("%s: %v", row.rule, got)
		}
	}
}
