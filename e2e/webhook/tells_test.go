package webhook_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

const secretValue = "hunter2"

// conflicting is a template that disagrees with picky, and keeps the pod's value.
var conflicting = map[string]string{"pod.yaml": `spec: {nodeSelector: {pool: b}, containers: [{name: spark, env: [{name: PASSWORD, value: of-the-template}]}]}`}

func picky(pod *corev1.Pod) *corev1.Pod {
	pod.Spec.NodeSelector = map[string]string{"pool": "a"}
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "PASSWORD", Value: secretValue}}
	return pod
}

// Conflicts are told to the pod's creator as warnings, by path; values never
// are (R28), and each warning has at most 120 characters.
func TestWarningsReachThePodsCreator(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, conflicting)
	heard := &warnings{}
	config := server.Config()
	config.WarningHandlerWithContext = heard
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CoreV1().Pods(namespace).Create(t.Context(), picky(swagetest.Driver("d")), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"nodeSelector", "PASSWORD"} {
		if !slices.ContainsFunc(heard.all(), func(w string) bool { return strings.Contains(w, path) }) {
			t.Errorf("no warning about %s in %q", path, heard.all())
		}
	}
	for _, w := range heard.all() {
		if utf8.RuneCountInString(w) > 120 || strings.Contains(w, secretValue) || strings.Contains(w, "of-the-template") {
			t.Errorf("%q: too long, or it has a value", w)
		}
	}
}

type warnings struct {
	mu   sync.Mutex
	text []string
}

func (w *warnings) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, text)
}

func (w *warnings) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.text)
}

// The audit log says which templates shaped a pod, as the pod itself does; R27:
// only what the selection determines, or the second round would be refused.
func TestTheAuditLogNamesTheTemplates(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, writes("a", "b"))
	made := server.Create(t, namespace, swagetest.Driver("d"))
	event, err := server.Audit().Created(t.Context(), made.UID)
	if err != nil {
		t.Fatal(err)
	}
	told, want := event.Sent(webhooktest.WebhookName)["shaped"], made.Annotations[podtemplate.ShapedAnnotation]
	if told != want || !strings.Contains(told, namespace+"/base@") {
		t.Errorf("audit log %q, pod %q", told, want)
	}
}

// R6, R27: what a client claims about shaping is not believed, not kept, and
// not even answered.
func TestAForgedAnnotationIsOverwrittenOrRemoved(t *testing.T) {
	t.Parallel()
	forged := func() *corev1.Pod {
		pod := swagetest.Driver("d")
		pod.GenerateName, pod.Name = "d-", ""
		pod.Annotations = map[string]string{podtemplate.ShapedAnnotation: `{"v":1,"templates":["x/y@000000000000"]}`}
		return pod
	}
	bare := server.Namespace(t)
	if made := server.Create(t, bare, forged()); made.Annotations[podtemplate.ShapedAnnotation] != "" {
		t.Errorf("no template: %v", made.Annotations)
	}
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, writes("a", "b"))
	made := server.Create(t, namespace, forged())
	if got := made.Annotations[podtemplate.ShapedAnnotation]; made.Labels["a"] != "b" || !strings.Contains(got, namespace+"/base@") || strings.Contains(got, "x/y") {
		t.Errorf("one template: %q, labels %v", got, made.Labels)
	}
}

// Events go to the pod's controller, which exists when the pod does not.
func TestADenialIsAnEventOnTheController(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	driver := server.Create(t, namespace, swagetest.Driver("driver"))
	reject := swagetest.TemplateMap(namespace, "strict", podtemplate.Default, map[string]string{"executor.yaml": conflicting["pod.yaml"]})
	reject.Annotations = map[string]string{podtemplate.OnConflictAnnotation: string(podtemplate.Reject)}
	server.Templates(t, reject)
	_, err := server.TryCreate(t, namespace, picky(swagetest.Executor("exec", driver)))
	denied(t, "a conflict", err, 403, podtemplate.DeniedConflict)
	event := awaitEvent(t, namespace, "DeniedConflict")
	if event.InvolvedObject.UID != driver.UID || event.InvolvedObject.Kind != "Pod" || event.Type != corev1.EventTypeWarning {
		t.Errorf("about %+v", event.InvolvedObject)
	}
	if !strings.Contains(event.Message, "exec") || strings.Contains(event.Message, secretValue) {
		t.Errorf("message %q", event.Message)
	}
}

// A pod without a controller leaves it to the ConfigMap that is concerned; and
// so does a template that does not load, before any pod meets it.
func TestABrokenTemplateIsAnEventOnItsConfigMap(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	broken, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(),
		swagetest.TemplateMap(namespace, "broken", podtemplate.Default, map[string]string{"pod.yaml": "spec: {contaners: []}"}), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	event := awaitEvent(t, namespace, "TemplateBroken")
	if event.InvolvedObject.UID != broken.UID || !strings.Contains(event.Message, "contaners") {
		t.Errorf("about %+v: %q", event.InvolvedObject, event.Message)
	}
}

// sideEffects NoneOnDryRun: a dry run leaves nothing behind.
func TestADryRunEmitsNoEvent(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	driver := server.Create(t, namespace, swagetest.Driver("driver"))
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"executor.yaml": conflicting["pod.yaml"]})
	if _, err := server.DryRun(t, namespace, picky(swagetest.Executor("dry", driver))); err != nil {
		t.Fatal(err)
	}
	if _, err := server.TryCreate(t, namespace, picky(swagetest.Executor("wet", driver))); err != nil {
		t.Fatal(err)
	}
	// Events are written in the order in which they happen: the second one's
	// presence shows that the first one's is not merely late.
	if event := awaitEvent(t, namespace, "Conflict"); !strings.Contains(event.Message, "wet") || event.Count != 1 {
		t.Errorf("%d times: %s", event.Count, event.Message)
	}
}

func awaitEvent(t *testing.T, namespace, reason string) *corev1.Event {
	t.Helper()
	var found *corev1.Event
	server.Await(t, "the Event "+reason, func() error {
		events, err := server.Client().CoreV1().Events(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		for i := range events.Items {
			if events.Items[i].Reason == reason {
				found = &events.Items[i]
				return nil
			}
		}
		return fmt.Errorf("%d other events", len(events.Items))
	})
	return found
}
