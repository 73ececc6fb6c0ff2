package manifests_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/webhooktest"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

func find[T runtime.Object](t *testing.T) T {
	t.Helper()
	object, err := manifests.Find[T](clustertest.Root(t))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// The registration is the very one that the other tests run with.
func TestTheRegistrationIsTheOneThatIsTested(t *testing.T) {
	want := webhooktest.Configuration(webhooktest.Endpoint{}, webhooktest.Options{})
	want.Webhooks[0].ClientConfig = admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{
		Namespace: webhooktest.SystemNamespace, Name: "swage-webhook", Path: new("/shape"), Port: new(int32(443)),
	}}
	got := find[*admissionv1.MutatingWebhookConfiguration](t)
	if got.Name != want.Name {
		t.Errorf("its name is %s, want %s", got.Name, want.Name)
	}
	if !reflect.DeepEqual(got.Webhooks, want.Webhooks) {
		t.Errorf("the manifest says\n%+v\nwant\n%+v", got.Webhooks, want.Webhooks)
	}
}

// R35: it runs before the webhooks that put more into pods, is called again
// after them, and leaves out the mirror pods of a kubelet.
func TestR35SwageRunsFirstAndOnceMore(t *testing.T) {
	got := find[*admissionv1.MutatingWebhookConfiguration](t)
	for _, other := range []string{"istio-sidecar-injector", "kueue-mutating-webhook-configuration", "vpa-webhook-config", "1password"} {
		if got.Name >= other {
			t.Errorf("the API server calls by name, and %s does not sort before %s", got.Name, other)
		}
	}
	for _, w := range got.Webhooks {
		if policy := w.ReinvocationPolicy; policy == nil || *policy != admissionv1.IfNeededReinvocationPolicy {
			t.Errorf("%s is not called again after others: %v", w.Name, policy)
		}
		mirrors := func(c admissionv1.MatchCondition) bool { return strings.Contains(c.Expression, "config.mirror") }
		if !slices.ContainsFunc(w.MatchConditions, mirrors) {
			t.Errorf("%s does not leave out mirror pods", w.Name)
		}
	}
}

// R31, R38: the bundle and the Secret's contents are the server's. A key with
// an empty value would take them away whenever the file is applied again.
func TestWhatTheServerWritesHasNoKey(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(clustertest.Root(t), manifests.Dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if code, _, _ := bytes.Cut(line, []byte("#")); bytes.Contains(code, []byte("caBundle")) {
				t.Errorf("%s has the key caBundle", file)
			}
		}
	}
	if secret := find[*corev1.Secret](t); secret.Data != nil || secret.StringData != nil {
		t.Error("the Secret has a key for its contents")
	}
}

func TestTheKustomizationHasEachFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(clustertest.Root(t), manifests.Dir, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var listed struct{ Resources []string }
	if err := yaml.Unmarshal(text, &listed); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(clustertest.Root(t), manifests.Dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "kustomization.yaml" && !slices.Contains(listed.Resources, name) {
			t.Errorf("%s is not installed", name)
		}
	}
	if len(listed.Resources) != len(files)-1 {
		t.Errorf("it lists %v; there are %v", listed.Resources, files)
	}
}

// A real API server takes all of it, fields and values, and twice.
func TestTheAPIServerTakesThem(t *testing.T) {
	apply(t)
	apply(t)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "server", Namespace: webhooktest.SystemNamespace},
		Spec:       find[*appsv1.Deployment](t).Spec.Template.Spec,
	}
	create := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	if _, err := server.Client().CoreV1().Pods(pod.Namespace).Create(t.Context(), pod, create); err != nil {
		t.Errorf("Pod Security refuses the server's pod: %v", err)
	}
	pod.Spec.Containers[0].SecurityContext.Capabilities = nil
	if _, err := server.Client().CoreV1().Pods(pod.Namespace).Create(t.Context(), pod, create); !apierrors.IsForbidden(err) {
		t.Errorf("Pod Security takes any pod (%v): this test could not fail", err)
	}
}

func TestEachImageIsTheOneThatMakeImageWrites(t *testing.T) {
	for _, container := range find[*appsv1.Deployment](t).Spec.Template.Spec.Containers {
		if container.Image != product.WebhookImage {
			t.Errorf("%s is of %s, want %s", container.Name, container.Image, product.WebhookImage)
		}
	}
}

func apply(t *testing.T) {
	t.Helper()
	objects, err := manifests.Objects(clustertest.Root(t))
	if err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	// The namespace comes first, whatever its file's name.
	slices.SortStableFunc(objects, func(a, b runtime.Object) int { return rank(a) - rank(b) })
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(server.Client().Discovery()))
	for _, object := range objects {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			t.Fatal(err)
		}
		made := &unstructured.Unstructured{Object: content}
		unstructured.RemoveNestedField(made.Object, "status")
		kind := made.GroupVersionKind()
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Resource(mapping.Resource).Namespace(made.GetNamespace()).
			Apply(t.Context(), made.GetName(), made, metav1.ApplyOptions{FieldManager: "test"})
		if err != nil {
			t.Errorf("%s %s: %v", kind.Kind, made.GetName(), err)
		}
	}
}

func rank(object runtime.Object) int {
	if _, ok := object.(*corev1.Namespace); ok {
		return 0
	}
	return 1
}
