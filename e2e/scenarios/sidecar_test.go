//go:build node

package scenarios_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// sidecar never ends by itself.
const sidecar = "spec: {containers: [{name: shipper, image: " + nodes.PauseImage + "}]}"

// R23: by default a template's container starts before Spark and ends with it.
func TestADriverCompletesBesideANativeSidecar(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "shipper", podtemplate.Default, map[string]string{"pod.yaml": sidecar})
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Script: `tell("executors", list(on_executors(sc, 1, lambda: 1)))`})
	run.Succeeds(t)
	run.Told(t).Want(t, "executors", []string{"1"})
	for _, pod := range append(run.Executors(t), *run.Pod(t)) {
		if !ran(pod.Status.InitContainerStatuses, "shipper") {
			t.Errorf("the sidecar of %s never ran: this test could not fail", pod.Name)
		}
	}
}

func ran(statuses []corev1.ContainerStatus, name string) bool {
	for _, status := range statuses {
		if status.Name == name {
			return status.State.Running != nil || status.State.Terminated != nil && status.State.Terminated.ContainerID != ""
		}
	}
	return false
}

// The same as a regular container keeps the driver from completing; lint says
// so before anything runs.
func TestADriverDoesNotCompleteBesideARegularSidecar(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	template := swagetest.TemplateMap(namespace, "shipper", podtemplate.Default, map[string]string{"driver.yaml": sidecar})
	template.Annotations = map[string]string{podtemplate.NativeSidecarsAnnotation: "false"}
	if said := lint(t, template); !strings.Contains(said, "keeps a driver from completing") {
		t.Errorf("lint says %q and nothing of the driver's end", said)
	}
	cluster.TemplateMap(t, template)
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Script: `tell("done", 1)`})
	cluster.Await(t, "the end of Spark's container", func() error {
		for _, status := range run.Pod(t).Status.ContainerStatuses {
			if status.Name != "shipper" && status.State.Terminated != nil {
				return nil
			}
		}
		return errors.New("it runs")
	})
	if pod := run.Pod(t); pod.Status.Phase != corev1.PodRunning || !stillRuns(pod, "shipper") {
		t.Errorf("the driver is %s, want it to be kept by its sidecar", pod.Status.Phase)
	}
}

func stillRuns(pod *corev1.Pod, name string) bool {
	for _, status := range pod.Status.ContainerStatuses {
		if status.Name == name {
			return status.State.Running != nil
		}
	}
	return false
}

// lint runs the command as users do.
func lint(t *testing.T, template *corev1.ConfigMap) string {
	t.Helper()
	swage, err := product.Build(t.Context(), cluster.Root, product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "template.yaml")
	template = template.DeepCopy()
	template.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}
	text, err := yaml.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), swage, "lint", "-t", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
