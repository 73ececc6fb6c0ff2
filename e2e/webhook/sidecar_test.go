package webhook_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// R23: as a regular container a sidecar keeps a driver from completing, and one
// that exits non-zero fails a running executor. The API server stores it as a
// native one, and Spark's container stays the only regular one.
func TestASidecarDoesNotOutliveSpark(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	driver := server.Create(t, namespace, swagetest.Driver("driver"))
	for _, made := range []*corev1.Pod{driver, server.Create(t, namespace, swagetest.Executor("exec", driver))} {
		if len(made.Spec.Containers) != 1 || len(made.Spec.InitContainers) != 1 {
			t.Fatalf("%s: %d containers, %d init containers", made.Name, len(made.Spec.Containers), len(made.Spec.InitContainers))
		}
		if policy := made.Spec.InitContainers[0].RestartPolicy; policy == nil || *policy != corev1.ContainerRestartPolicyAlways {
			t.Errorf("%s: the sidecar's restartPolicy is %v", made.Name, policy)
		}
	}
}

func inNamespace(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: name}}
}

func ensurePriorityClass(t *testing.T, name string, value int32) {
	t.Helper()
	class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Value: value}
	_, err := server.Client().SchedulingV1().PriorityClasses().Create(t.Context(), class, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}
