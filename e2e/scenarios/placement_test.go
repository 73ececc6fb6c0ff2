//go:build node

package scenarios_test

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

const apart = `
spec:
  nodeSelector: {swage-test/apart: "yes"}
  tolerations:
  - {key: swage-test/apart, operator: Equal, value: "yes", effect: NoSchedule}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-2, node-3]}]
  containers:
  - name: spark
    env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
`

// A node apart, which TestEachPartOfAPlacementCounts shows to be that: all of a
// job gets there.
func TestPlacement(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "apart", podtemplate.Default, map[string]string{"pod.yaml": apart})
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Script: `
tell("driver", os.environ["NODE"])
tell("executors", on_executors(sc, 1, lambda: os.environ["NODE"]))
`})
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "driver", nodetest.ApartNode)
	told.Want(t, "executors", map[string]string{"1": nodetest.ApartNode})
}

// Pods that only wait show what each part of a placement does by itself, and
// that without it they land elsewhere or stay Pending: two of these parts would
// do for the job above.
func TestEachPartOfAPlacementCounts(t *testing.T) {
	t.Parallel()
	const (
		tolerate = `tolerations: [{key: swage-test/apart, operator: Exists}]`
		choose   = `nodeSelector: {swage-test/apart: "yes"}`
	)
	rows := []struct{ rule, template, want string }{
		{"told nothing: not where the taint is", "", "node-1"},
		{"only chosen: the taint keeps it off", choose, ""},
		{"chosen and tolerated", choose + ", " + tolerate, "node-2"},
		{"required and tolerated", on("node-2") + ", " + tolerate, "node-2"},
		{"required elsewhere, and tolerated", on("node-1") + ", " + tolerate, "node-1"},
		{"R22: the pod's own requirement holds too", on("node-2", "node-3") + ", " + tolerate, "node-2"},
		{"R22: what contradicts it has no node", on("node-3") + ", " + tolerate, ""},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			namespace := cluster.Namespace(t)
			if row.template != "" {
				cluster.Template(t, namespace, "placement", podtemplate.Default, map[string]string{"pod.yaml": "spec: {" + row.template + "}"})
			}
			if got := nodeOf(t, namespace); got != row.want {
				t.Errorf("it is on %q, want %q", got, row.want)
			}
		})
	}
}

// on is an affinity that requires one of these nodes.
func on(hosts ...string) string {
	return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [" +
		"{key: kubernetes.io/hostname, operator: In, values: [" + strings.Join(hosts, ", ") + "]}]}]}}}"
}

// nodeOf creates a driver that requires one of both nodes, and waits for the
// scheduler's word: the node that it found, or "", there being none.
func nodeOf(t *testing.T, namespace string) (node string) {
	t.Helper()
	pod := swagetest.Driver("waits")
	pod.Spec.Containers[0].Image = nodes.PauseImage
	pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{"node-1", "node-2"}},
			},
		}}},
	}}
	if _, err := cluster.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "the scheduler's word", func() error {
		got, err := cluster.Client().CoreV1().Pods(namespace).Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range got.Status.Conditions {
			if condition.Type == corev1.PodScheduled && (condition.Status == corev1.ConditionTrue || condition.Reason == corev1.PodReasonUnschedulable) {
				node = got.Spec.NodeName
				return nil
			}
		}
		return errors.New("not scheduled yet")
	})
	return node
}
