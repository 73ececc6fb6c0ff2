package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

const labels = "metadata: {labels: {%s: %s}}"

func writes(label, value string) map[string]string {
	return map[string]string{"pod.yaml": fmt.Sprintf(labels, label, value)}
}

// R8: executors take the request of their driver, found by the controller
// reference. Driver and executor come in one breath: the webhook's own view of
// the driver is behind, and must not decide.
func TestAnExecutorTakesWhatItsDriverAsked(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "spot", podtemplate.Named, writes("pool", "spot"))
	for i := range 50 {
		driver := server.Create(t, namespace, swagetest.Asking(swagetest.Driver(fmt.Sprintf("driver-%d", i)), "spot"))
		executor := server.Create(t, namespace, swagetest.Executor(fmt.Sprintf("exec-%d", i), driver))
		if driver.Labels["pool"] != "spot" || executor.Labels["pool"] != "spot" {
			t.Fatalf("round %d: driver %v, executor %v", i, driver.Labels, executor.Labels)
		}
		if got := executor.Annotations[podtemplate.TemplatesAnnotation]; got != "" {
			t.Fatalf("the request itself is not copied, got %q", got)
		}
	}
}

// R8: the collector would take an executor without its driver anyway.
func TestAnExecutorWhoseDriverIsGoneIsDenied(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	living := server.Create(t, namespace, swagetest.Driver("living"))
	successor := living.DeepCopy()
	successor.UID = "00000000-0000-4000-8000-000000000000"
	never := living.DeepCopy()
	never.Name = "never"
	for rule, driver := range map[string]*corev1.Pod{
		"the driver's name is another pod's now": successor,
		"no such pod":                            never,
	} {
		_, err := server.TryCreate(t, namespace, swagetest.Executor("orphan", driver))
		denied(t, rule, err, http.StatusGone, podtemplate.DeniedMissingDriver)
	}
}

// R8: in client mode the driver is a notebook, or any pod: it has none of Spark's labels.
func TestAClientModeDriverNeedsNoSparkLabels(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "spot", podtemplate.Named, writes("pool", "spot"))
	notebook := swagetest.Asking(swagetest.Driver("notebook"), "spot")
	notebook.Labels = nil
	notebook = server.Create(t, namespace, notebook)
	if executor := server.Create(t, namespace, swagetest.Executor("exec", notebook)); executor.Labels["pool"] != "spot" {
		t.Errorf("executor %v", executor.Labels)
	}
}

// R8: Spark's other allocators put a StatefulSet between driver and executors.
func TestExecutorsOfAStatefulSetFindTheirDriverByApplication(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "spot", podtemplate.Named, writes("pool", "spot"))
	server.Create(t, namespace, swagetest.Asking(swagetest.Driver("driver"), "spot"))
	executor := swagetest.Executor("exec", nil)
	executor.OwnerReferences = []metav1.OwnerReference{
		{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "set", UID: "u", Controller: new(true)},
	}
	if made := server.Create(t, namespace, executor); made.Labels["pool"] != "spot" {
		t.Errorf("executor %v", made.Labels)
	}
}

// R32: a namespace and the first pod in it come in one breath; which system
// templates reach it depends on the namespace's labels.
func TestTheFirstPodOfANewNamespaceIsShapedByItsLabels(t *testing.T) {
	t.Parallel()
	template := swagetest.TemplateMap(podtemplate.DefaultSystemNamespace, "new-namespaces", podtemplate.Default, writes("env", "prod"))
	template.Annotations = map[string]string{podtemplate.NamespacesAnnotation: "new=yes"}
	if _, err := server.Client().CoreV1().ConfigMaps(template.Namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	server.AwaitTemplates(t, server.NamespaceWith(t, map[string]string{"new": "yes"}), template)
	for range 50 {
		namespace := server.NamespaceWith(t, map[string]string{"new": "yes"})
		if pod := server.Create(t, namespace, swagetest.Driver("first")); pod.Labels["env"] != "prod" {
			t.Fatalf("a pod of %s escaped: %v", namespace, pod.Labels)
		}
	}
	if pod := server.Create(t, server.Namespace(t), swagetest.Driver("other")); pod.Labels["env"] != "" {
		t.Error("the template reached a namespace without the label")
	}
}

// denied fails unless the API server refused with that code, for that verdict's reason.
func denied(t *testing.T, rule string, err error, code int32, verdict podtemplate.Verdict) {
	t.Helper()
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Code != code || !strings.Contains(err.Error(), verdict.Sentence()) {
		t.Errorf("%s: got %v, want %d and %q", rule, err, code, verdict.Sentence())
	}
}
