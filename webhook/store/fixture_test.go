package store

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	metadatafake "k8s.io/client-go/metadata/fake"
	clienttesting "k8s.io/client-go/testing"

	"swage.dev/swage/podtemplate"
)

// world is a Store with the API server that it sees.
type world struct {
	*Store
	t        testing.TB
	client   *fake.Clientset
	metadata *metadatafake.FakeMetadataClient
	problems []Problem
}

// newWorld makes a Store over fake clients; nothing runs yet.
func newWorld(t testing.TB, opts Options, objects ...runtime.Object) *world {
	t.Helper()
	scheme := metadatafake.NewTestScheme()
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	var typed, partial []runtime.Object
	for _, object := range objects {
		if _, ok := object.(*metav1.PartialObjectMetadata); ok {
			partial = append(partial, object)
		} else {
			typed = append(typed, object)
		}
	}
	w := &world{t: t, client: fake.NewClientset(typed...), metadata: metadatafake.NewSimpleMetadataClient(scheme, partial...)}
	opts.Client, opts.Metadata = w.client, w.metadata
	opts.Logger = slog.New(slog.DiscardHandler)
	opts.Broken = func(p Problem) { w.problems = append(w.problems, p) }
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	w.Store = s
	return w
}

// start runs the Store until the test ends and waits until it has read everything. Only inside a synctest bubble.
func (w *world) start() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error)
	go func() { ended <- w.Start(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("Start: %v", err)
		}
	})
	synctest.Wait()
}

func (w *world) create(cm *corev1.ConfigMap) {
	w.t.Helper()
	if _, err := w.client.CoreV1().ConfigMaps(cm.Namespace).Create(w.t.Context(), cm, metav1.CreateOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) update(cm *corev1.ConfigMap) {
	w.t.Helper()
	if _, err := w.client.CoreV1().ConfigMaps(cm.Namespace).Update(w.t.Context(), cm, metav1.UpdateOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) delete(namespace, name string) {
	w.t.Helper()
	if err := w.client.CoreV1().ConfigMaps(namespace).Delete(w.t.Context(), name, metav1.DeleteOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

// blind makes the informers see nothing that comes after their first list, as when they are behind.
func (w *world) blind() {
	deaf := func(clienttesting.Action) (bool, watchInterface, error) { return true, newDeafWatch(), nil }
	w.client.PrependWatchReactor("*", deaf)
	w.metadata.PrependWatchReactor("*", deaf)
}

// calls counts the requests of one verb for one resource.
func calls(actions []clienttesting.Action, verb, resource string) int {
	n := 0
	for _, action := range actions {
		if action.Matches(verb, resource) {
			n++
		}
	}
	return n
}

const goodTemplate = "spec: {terminationGracePeriodSeconds: 90}\n"

func configMap(namespace, name string, mode podtemplate.Mode, text string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: types.UID("uid-" + name),
			Labels: map[string]string{podtemplate.TemplateLabel: string(mode)},
		},
		Data: map[string]string{"pod.yaml": text},
	}
}

func namespaceObject(name string, labels map[string]string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
	}
}

func podObject(name, uid string, labels map[string]string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: name, UID: types.UID(uid), Labels: labels,
			Annotations: map[string]string{podtemplate.TemplatesAnnotation: "spot", "other/annotation": "x"},
		},
	}
}

func parsePod(t *testing.T, text string) *podtemplate.Pod {
	t.Helper()
	pod, err := podtemplate.ParsePod([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return pod
}
