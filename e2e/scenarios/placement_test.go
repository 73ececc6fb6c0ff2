//go:build node

package scenarios_test

import (
	"errors"
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

// A node apart: without the template nothing gets there, with it all of the job.
func TestPlacement(t *testing.T) {
	t.Parallel()
	elsewhere := cluster.Namespace(t)
	pod := swagetest.Driver("untold")
	pod.Spec.Containers[0].Image = nodes.PauseImage
	if got := nodeOf(t, elsewhere, pod); got == nodetest.ApartNode {
		t.Errorf("without the template a pod runs on %s: this test could not fail", got)
	}

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

// nodeOf creates a pod and waits until the scheduler has found it a node.
func nodeOf(t *testing.T, namespace string, pod *corev1.Pod) (node string) {
	t.Helper()
	if _, err := cluster.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "a node for "+pod.Name, func() error {
		got, err := cluster.Client().CoreV1().Pods(namespace).Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if node = got.Spec.NodeName; node == "" {
			return errors.New("it is pending")
		}
		return nil
	})
	return node
}
