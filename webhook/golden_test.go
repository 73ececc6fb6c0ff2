package webhook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
)

const golden = "../podtemplate/testdata/golden/"

// TestGolden sends the pods that real spark-submits made through the whole
// handler and applies the patches that come back, as the API server does: the
// same pods come out as from the library, which wrote the expected ones.
func TestGolden(t *testing.T) {
	for _, version := range []string{"3.5.9", "4.1.2"} {
		t.Run(version, func(t *testing.T) {
			pods := documents[unstructured.Unstructured](t, "../podtemplate/testdata/spark/"+version+".yaml", "Pod")
			server := startGolden(t, pods)
			want := map[string]map[string]any{}
			for _, pod := range documents[unstructured.UnstructuredList](t, golden+version+".yaml", "List")[0].Items {
				want[pod.GetName()] = pod.Object
			}
			if len(want) != len(pods) {
				t.Errorf("%d expected pods for %d", len(want), len(pods))
			}
			for i := range pods {
				shaped := server.shape(t, &pods[i])
				if !reflect.DeepEqual(shaped.Object, want[shaped.GetName()]) {
					t.Errorf("%s is not as in %s%s.yaml: run make goldens and look at the difference", shaped.GetName(), golden, version)
				}
			}
		})
	}
}

type goldenServer struct{ *Server }

// startGolden is a server that knows the golden templates and the drivers among the pods.
func startGolden(t *testing.T, pods []unstructured.Unstructured) goldenServer {
	t.Helper()
	objects := []runtime.Object{namespace("default")}
	for _, cm := range documents[corev1.ConfigMap](t, golden+"templates.yaml", "ConfigMap") {
		objects = append(objects, &cm)
	}
	for _, pod := range pods {
		if pod.GetLabels()[podtemplate.RoleLabel] == string(podtemplate.Driver) {
			objects = append(objects, &metav1.PartialObjectMetadata{
				TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
				ObjectMeta: metav1.ObjectMeta{
					Namespace: pod.GetNamespace(), Name: pod.GetName(), UID: pod.GetUID(), Labels: pod.GetLabels(),
				},
			})
		}
	}
	server := newTestServer(t, objects...)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.store.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	awaitSync(t, server)
	return goldenServer{server}
}

// awaitSync returns when the handler knows what the fake API server has.
func awaitSync(tb testing.TB, server *Server) {
	tb.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !server.store.Synced() {
		select {
		case <-tick.C:
		case <-tb.Context().Done():
			tb.Fatal("the templates were not read")
		}
	}
}

// shape returns the pod as the API server would have it after the answer.
func (s goldenServer) shape(t *testing.T, pod *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	patch := s.patchFor(t, pod)
	cluster := dynamicfake.NewSimpleDynamicClient(runtime.NewScheme(), pod)
	shaped, err := cluster.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(pod.GetNamespace()).
		Patch(t.Context(), pod.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{})
	if err != nil {
		t.Fatalf("%s: the patch does not apply: %v", pod.GetName(), err)
	}
	return shaped
}

func (s goldenServer) patchFor(t *testing.T, pod *unstructured.Unstructured) []byte {
	t.Helper()
	object, err := pod.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/shape", strings.NewReader(reviewText(pod.GetNamespace(), object)))
	request.Header.Set("Content-Type", "application/json")
	response := httptest.NewRecorder()
	s.Handler().ServeHTTP(response, request)
	var review struct {
		Response struct {
			Allowed bool
			Patch   []byte
		}
	}
	if err := json.Unmarshal(response.Body.Bytes(), &review); err != nil || !review.Response.Allowed {
		t.Fatalf("%s: %d %s", pod.GetName(), response.Code, response.Body)
	}
	return review.Response.Patch
}

// documents are those of one kind in a YAML file. The newline before a
// separator stays: it belongs to the text above, and to its digest.
func documents[T any](t *testing.T, file, kind string) []T {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for document := range strings.SplitSeq(string(text), "---\n") {
		var meta metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(document), &meta); err != nil {
			t.Fatal(err)
		}
		if meta.Kind != kind {
			continue
		}
		var one T
		if err := yaml.Unmarshal([]byte(document), &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}
