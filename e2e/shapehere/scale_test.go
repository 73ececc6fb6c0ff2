package shapehere

import (
	"os/exec"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/podtemplate"
)

// Executors that another process makes later are shaped, too: the application
// says that its executors are.
func TestS19ExecutorsThatAreMadeLaterAreShaped(t *testing.T) {
	program, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	s := submission{templates: []template{{"base", podtemplate.Default, nil, map[string]string{
		"executor.yaml": `{spec: {containers: [{name: spark, env: [{name: ID, value: "{{EXECUTOR_ID}}"}]}]}}`,
	}}}}
	namespace := s.namespace(t)
	args := []string{"-n", namespace, "--shape", "here", "--executors-by", "submitter", "--gang", "--num-executors", "1"}
	said, code := swage(t, program, append(args, pi...)...)
	if code != 0 {
		t.Fatal(said)
	}
	pods := server.Client().CoreV1().Pods(namespace)
	drivers, err := pods.List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=driver"})
	if err != nil || len(drivers.Items) != 1 {
		t.Fatalf("%d drivers, %v", len(drivers.Items), err)
	}
	scale := exec.CommandContext(t.Context(), program, "scale", "--kubeconfig", server.Kubeconfig(), "-n", namespace, drivers.Items[0].Name, "2")
	if out, err := scale.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	executors, err := pods.List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor"})
	if err != nil || len(executors.Items) != 2 {
		t.Fatalf("%d executors, %v", len(executors.Items), err)
	}
	for i := range executors.Items {
		wantItsID(t, &executors.Items[i])
	}
}

// wantItsID checks that an executor is shaped: the template writes its id.
func wantItsID(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	var id string
	for _, variable := range pod.Spec.Containers[0].Env {
		if variable.Name == "ID" {
			id = variable.Value
		}
	}
	if id == "" || id != pod.Labels[podtemplate.ExecutorIDLabel] || !strings.Contains(pod.Annotations[podtemplate.ShapedAnnotation], "/base@") {
		t.Errorf("%s is not shaped: ID is %q", pod.Name, id)
	}
}
