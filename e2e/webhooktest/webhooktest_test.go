package webhooktest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/webhooktest"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

const addLabel = `[{"op":"add","path":"/metadata/labels/shaped","value":"yes"}]`

func TestThePodIsStoredAsTheWebhookPatchedIt(t *testing.T) {
	webhooktest.StartWebhook(t, &server, webhooktest.ConstantPatch([]byte(addLabel)), webhooktest.Options{})
	made := create(t, server.Namespace(t), sparkPod("driver"))
	stored, err := server.Client().CoreV1().Pods(made.Namespace).Get(t.Context(), made.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"spark-role": "driver", "shaped": "yes"}
	if !maps.Equal(stored.Labels, want) {
		t.Errorf("stored labels %v, want %v", stored.Labels, want)
	}
}

func TestTheAuditLogHasTheRoundAndThePatch(t *testing.T) {
	webhooktest.StartWebhook(t, &server, webhooktest.ConstantPatch([]byte(addLabel)), webhooktest.Options{})
	made := create(t, server.Namespace(t), sparkPod("executor"))
	calls, err := server.Audit().CallsOf(t.Context(), made.UID)
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) != 1 {
		t.Fatalf("got %d calls, want 1: %+v", len(calls), calls)
	}
	call := calls[0]
	if call.Round != 0 || !call.Mutated || call.Configuration != webhooktest.ConfigurationName || call.Webhook != webhooktest.WebhookName {
		t.Errorf("got %+v", call)
	}
	if !sameJSON(t, call.Patch, []byte(addLabel)) {
		t.Errorf("recorded patch %s, want %s", call.Patch, addLabel)
	}
}

// Which pods the API server sends at all (design: a narrow registration, so
// that a missing webhook stops Spark's pods only).
func TestTheRegistrationSelectsSparksPodsOnly(t *testing.T) {
	webhooktest.StartWebhook(t, &server, webhooktest.ConstantPatch([]byte(addLabel)), webhooktest.Options{})
	mirror := sparkPod("driver")
	mirror.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
	mirror.Spec.NodeName = "node"
	annotated := sparkPod("driver")
	annotated.Annotations = map[string]string{"other": "x"}
	rows := []struct {
		rule string
		pod  *corev1.Pod
		want bool
	}{
		{"a driver is sent", sparkPod("driver"), true},
		{"an executor is sent", sparkPod("executor"), true},
		{"annotations do not matter", annotated, true},
		{"another role is not", sparkPod("history-server"), false},
		{"a mirror pod is not", mirror, false},
	}
	for _, row := range rows {
		made := create(t, server.Namespace(t), row.pod)
		if got := made.Labels["shaped"] == "yes"; got != row.want {
			t.Errorf("%s: sent = %v", row.rule, got)
		}
	}
}

func TestTheRegistrationLeavesSystemNamespacesOut(t *testing.T) {
	webhooktest.StartWebhook(t, &server, webhooktest.ConstantPatch([]byte(addLabel)), webhooktest.Options{})
	for _, namespace := range []string{metav1.NamespaceSystem, webhooktest.SystemNamespace} {
		server.EnsureNamespace(t, namespace)
		if made := create(t, namespace, sparkPod("driver")); made.Labels["shaped"] != "" {
			t.Errorf("a pod in %s was sent", namespace)
		}
	}
}

func TestAWebhookThatIsDownStopsSparksPodsOnly(t *testing.T) {
	webhooktest.StartWebhook(t, &server, http.NotFoundHandler(), webhooktest.Options{})
	namespace := server.Namespace(t)
	if _, err := tryCreate(t, namespace, sparkPod("driver")); !apierrors.IsInternalError(err) {
		t.Errorf("a driver: got %v, want the webhook's failure", err)
	}
	create(t, namespace, sparkPod("history-server"))
}

func TestFailurePolicyIgnoreIsRecordedAsFailedOpen(t *testing.T) {
	ignore := func(config *admissionv1.MutatingWebhookConfiguration) {
		config.Webhooks[0].FailurePolicy = new(admissionv1.Ignore)
	}
	webhooktest.StartWebhook(t, &server, http.NotFoundHandler(), webhooktest.Options{Edit: ignore})
	made := create(t, server.Namespace(t), sparkPod("driver"))
	calls, err := server.Audit().CallsOf(t.Context(), made.UID)
	if err != nil || len(calls) != 1 || !calls[0].FailedOpen {
		t.Errorf("got %+v, %v, want one call that failed open", calls, err)
	}
}

// The next test must meet no webhook of this one.
func TestTheRegistrationEndsWithItsTest(t *testing.T) {
	t.Run("with a webhook", func(t *testing.T) {
		webhooktest.StartWebhook(t, &server, webhooktest.ConstantPatch([]byte(addLabel)), webhooktest.Options{})
	})
	if made := create(t, server.Namespace(t), sparkPod("driver")); made.Labels["shaped"] != "" {
		t.Error("the webhook is still called")
	}
}

func sparkPod(role string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: role + "-", Labels: map[string]string{"spark-role": role}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "spark", Image: "spark"}}},
	}
}

func create(t *testing.T, namespace string, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	made, err := tryCreate(t, namespace, pod)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func tryCreate(t *testing.T, namespace string, pod *corev1.Pod) (*corev1.Pod, error) {
	t.Helper()
	return server.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	return canonical(t, a) == canonical(t, b)
}

func canonical(t *testing.T, data []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
