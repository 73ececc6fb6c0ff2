package admission

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	metadatafake "k8s.io/client-go/metadata/fake"
	clienttesting "k8s.io/client-go/testing"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/events"
	"swage.dev/swage/webhook/metrics"
	"swage.dev/swage/webhook/store"
)

// shaperFunc is a Shaper that does as it is told.
type shaperFunc func(podtemplate.Request) podtemplate.Result

func (f shaperFunc) Shape(req podtemplate.Request) podtemplate.Result { return f(req) }

// always answers every request with one result.
func always(result podtemplate.Result) shaperFunc {
	return func(req podtemplate.Request) podtemplate.Result {
		result.Role = req.Role
		return result
	}
}

// world is a Handler with everything around it, in a synctest bubble.
type world struct {
	*Handler
	t        *testing.T
	client   *fake.Clientset
	metadata *metadatafake.FakeMetadataClient
	store    *store.Store
	registry *prometheus.Registry
	log      *bytes.Buffer
}

// newWorld makes a Handler whose store knows the namespace "team" and the given
// objects; started, unless start is false.
func newWorld(t *testing.T, shaper Shaper, start bool, objects ...runtime.Object) *world {
	t.Helper()
	w := newStoppedWorld(t, shaper, objects...)
	if start {
		w.start()
	}
	return w
}

func newStoppedWorld(t testing.TB, shaper Shaper, objects ...runtime.Object) *world {
	t.Helper()
	w := &world{registry: prometheus.NewPedanticRegistry(), log: new(bytes.Buffer), client: fake.NewClientset(objects...)}
	w.t, _ = t.(*testing.T)
	scheme := metadatafake.NewTestScheme()
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	w.metadata = metadatafake.NewSimpleMetadataClient(scheme, &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: "team"},
	})
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	recorder, err := events.New(events.Options{Client: w.client.CoreV1(), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	w.store, err = store.New(store.Options{
		Client: w.client, Metadata: w.metadata, Logger: log,
		Broken: func(p store.Problem) {
			recorder.Record(events.Event{Regarding: p.ConfigMap, Reason: "Template", Message: p.Message})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	counters, err := metrics.NewAdmission(w.registry)
	if err != nil {
		t.Fatal(err)
	}
	w.Handler, err = New(Options{Shaper: shaper, Store: w.store, Metrics: counters, Events: recorder, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// start runs store and events until the test ends, and waits until the store has read everything.
func (w *world) start() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 2)
	go func() { ended <- w.store.Start(ctx) }()
	go func() { ended <- w.opts.Events.Start(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, <-ended); err != nil {
			w.t.Error(err)
		}
	})
	synctest.Wait()
}

// blind makes the informers see nothing that comes after their first list, as when they are behind.
func (w *world) blind() {
	deaf := func(clienttesting.Action) (bool, watch.Interface, error) { return true, deafWatch{}, nil }
	w.client.PrependWatchReactor("*", deaf)
	w.metadata.PrependWatchReactor("*", deaf)
}

// deafWatch never tells anything.
type deafWatch struct{}

func (deafWatch) Stop()                          {}
func (deafWatch) ResultChan() <-chan watch.Event { return nil }

// post sends a body to a path and returns what came back.
func (w *world) post(path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, bytes.NewBufferString(body))
	request.Header.Set("Content-Type", "application/json")
	return w.send(request)
}

func (w *world) send(request *http.Request) *httptest.ResponseRecorder {
	response := httptest.NewRecorder()
	w.ServeHTTP(response, request)
	return response
}

// answer is the decoded answer to a review about a pod.
func (w *world) answer(path, body string) *admissionv1.AdmissionResponse {
	w.t.Helper()
	response := w.post(path, body)
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(response.Body.Bytes(), &review); err != nil || response.Code != http.StatusOK || review.Response == nil {
		w.t.Fatalf("no review in the answer: %d %s", response.Code, response.Body)
	}
	if review.APIVersion != "admission.k8s.io/v1" || review.Kind != "AdmissionReview" || review.Response.UID != "u-1" {
		w.t.Fatalf("not the answer to this request: %s", response.Body)
	}
	return review.Response
}

// counted returns the verdicts counted so far, with the role: "executor shaped".
func (w *world) counted() map[string]int {
	w.t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	counts := map[string]int{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if n := int(m.GetCounter().GetValue()); n > 0 && family.GetName() == "swage_admission_requests_total" {
				counts[m.GetLabel()[0].GetValue()+" "+m.GetLabel()[1].GetValue()] = n
			}
		}
	}
	return counts
}

func (w *world) wantCounted(want string) {
	w.t.Helper()
	if counts := w.counted(); len(counts) != 1 || counts[want] != 1 {
		w.t.Errorf("counted %v, want one %q", counts, want)
	}
}

// events lists what was told, after it had time to be.
func (w *world) events() []corev1.Event {
	w.t.Helper()
	synctest.Wait()
	list, err := w.client.CoreV1().Events("").List(w.t.Context(), metav1.ListOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

const (
	executorPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"exec-","labels":{"spark-role":"executor"}},` +
		`"spec":{"containers":[{"name":"spark-kubernetes-executor","image":"spark","args":["executor"]}]}}`
	driverPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"driver","labels":{"spark-role":"driver"}},` +
		`"spec":{"containers":[{"name":"spark-kubernetes-driver","image":"spark","args":["driver"]}]}}`
	otherPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"web"}]}}`
)

// reviewOf is a request to create a pod in the namespace "team"; more is further members of the request.
func reviewOf(pod string, more ...string) string {
	extra := ""
	for _, member := range more {
		extra += member + ","
	}
	return fmt.Sprintf(`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1",%s`+
		`"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},`+
		`"namespace":"team","operation":"CREATE","userInfo":{"username":"x"},"object":%s,"oldObject":null}}`, extra, pod)
}

func configMap(name string, mode podtemplate.Mode, text string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: name, UID: "uid-of-template",
			Labels: map[string]string{podtemplate.TemplateLabel: string(mode)},
		},
		Data: map[string]string{"pod.yaml": text},
	}
}

func realShaper() Shaper { return podtemplate.NewShaper(podtemplate.Options{}) }
