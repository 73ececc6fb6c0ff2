package webhook_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// Whatever is posted, the answer is clear, and the server goes on: a pod is
// shaped after each of them.
func TestBadInputGetsAClearAnswerAndHarmsNobody(t *testing.T) {
	t.Parallel()
	client, url := ofTheBinary(t)
	good := reviewOf(t, swagetest.Driver("d"))
	const json = "application/json"
	rows := []struct {
		what, path, contentType string
		body                    []byte
		code                    int
		says                    string
	}{
		{"no JSON", "/shape", json, []byte("spec: {}"), 400, "broken JSON at byte"},
		{"nothing", "/shape", json, nil, 400, "broken JSON"},
		{"truncated", "/shape", json, good[:len(good)/2], 400, "broken JSON at byte"},
		{"two reviews", "/shape", json, append(bytes.Clone(good), good...), 400, "broken JSON at byte"},
		{"not an object", "/shape", json, []byte(`[]`), 400, "wrong type"},
		{"no request", "/shape", json, []byte(`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}`), 400, "no request"},
		{"no uid", "/shape", json, bytes.Replace(good, []byte(`"uid":"u"`), []byte(`"uid":""`), 1), 400, "uid"},
		{"an older version", "/shape", json, bytes.Replace(good, []byte("admission.k8s.io/v1"), []byte("admission.k8s.io/v1beta1"), 1), 400, "AdmissionReview"},
		{"another kind", "/shape", json, []byte(`{"kind":"Pod","apiVersion":"v1"}`), 400, "AdmissionReview"},
		{"too large", "/shape", json, bytes.Repeat([]byte(" "), 7<<20+1), 413, "larger than"},
		{"YAML", "/shape", "application/yaml", good, 415, "application/json"},
		{"no such path", "/mutate", json, good, 404, ""},
		{"no such role", "/shape/master", json, good, 404, ""},
		{"nested a million deep", "/shape", json, reviewOf(t, rawPod(strings.Repeat(`[`, 1e6))), 400, ""},
		{"the object is a string", "/shape", json, reviewOf(t, "pod"), 400, "request.object: not a pod"},
		{"the spec is a string", "/shape", json, reviewOf(t, rawPod(`{"metadata":{"labels":{"spark-role":7}},"spec":"x"}`)), 400, "not a pod"},
	}
	for _, row := range rows {
		code, body := post(t, client, url+row.path, row.contentType, row.body)
		if code != row.code || !strings.Contains(string(body), row.says) || strings.Contains(string(body), `"allowed"`) {
			t.Errorf("%s: got %d %s, want %d with %q", row.what, code, shorten(body), row.code, row.says)
		}
		if code, body := post(t, client, url+"/shape", json, good); code != http.StatusOK || !strings.Contains(string(body), `"allowed":true`) {
			t.Fatalf("after %s: %d %s", row.what, code, body)
		}
	}
}

// Pods that the API server would refuse anyway are not ours to judge, and no reason to fail.
func TestOddPodsAreAnswered(t *testing.T) {
	t.Parallel()
	client, url := ofTheBinary(t)
	for _, pod := range []string{
		`{}`, `{"metadata":null}`, `{"metadata":{"labels":{"spark-role":"driver"}}}`,
		`{"metadata":{"labels":{"spark-role":"driver"}},"spec":{"containers":[]}}`,
		`{"metadata":{"labels":{"spark-role":"driver"}},"spec":{"containers":null,"volumes":[null,{}]}}`,
		`{"metadata":{"labels":{"spark-role":"executor"},"ownerReferences":[null,{"controller":true}]},"spec":{"containers":[{}]}}`,
		`{"metadata":{"labels":{"spark-role":7}},"spec":{"containers":[{}]}}`,
	} {
		code, body := post(t, client, url+"/shape", "application/json", reviewOf(t, rawPod(pod)))
		if code != http.StatusOK || !strings.Contains(string(body), `"allowed"`) {
			t.Errorf("%s: %d %s", pod, code, body)
		}
	}
}

// A field of a newer Kubernetes stays on its own container, wherever ours come
// to stand. Webhooks that decode into a Go type lose it, or move it.
func TestUnknownFieldsStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	client, url := ofTheBinary(t)
	pod := []byte(`{"metadata":{"namespace":"` + namespace + `","labels":{"spark-role":"driver"},"futureMeta":1},"futureTop":{"x":[1]},
		"spec":{"futureSpec":true,"initContainers":[{"name":"init","image":"i","futureA":"init"}],"containers":[
			{"name":"a","image":"i","futureA":"a"},
			{"name":"spark-kubernetes-driver","image":"s","args":["driver"],"futureA":"spark","env":[{"name":"X","value":"y","futureEnv":1.50}]}]}}`)
	review := bytes.Replace(reviewOf(t, json.RawMessage(pod)), []byte(`"namespace":"default"`), []byte(`"namespace":"`+namespace+`"`), 1)
	_, body := post(t, client, url+"/shape", "application/json", review)
	shaped := patched(t, pod, body)
	for _, want := range []string{
		`"futureMeta":1`, `"futureTop":{"x":[1]}`, `"futureSpec":true`, `{"name":"init","image":"i","futureA":"init"}`,
		`{"name":"a","image":"i","futureA":"a"}`, `"futureEnv":1.50`, `"futureA":"spark"`,
	} {
		if !strings.Contains(string(shaped), want) {
			t.Errorf("%s is not in %s", want, shaped)
		}
	}
}

// patched applies an answer's patch with the library that the API server uses.
func patched(t *testing.T, pod, answer []byte) []byte {
	t.Helper()
	var review struct {
		Response struct{ Patch []byte }
	}
	if err := json.Unmarshal(answer, &review); err != nil || len(review.Response.Patch) == 0 {
		t.Fatalf("%v: no patch in %s", err, answer)
	}
	patch, err := jsonpatch.DecodePatch(review.Response.Patch)
	if err != nil {
		t.Fatal(err)
	}
	out, err := patch.Apply(pod)
	if err != nil {
		t.Fatalf("%v: %s", err, review.Response.Patch)
	}
	return out
}

func shorten(text []byte) string {
	if len(text) > 300 {
		text = text[:300]
	}
	return string(text)
}

// ofTheBinary is how to reach the shared swage-webhook as the API server does:
// trusting what it wrote into the configuration, by its Service's name.
func ofTheBinary(t *testing.T) (*http.Client, string) {
	t.Helper()
	return clientTrusting(t, bundleOf(t, "00-swage"), "swage-webhook.swage-system.svc"), "https://" + server.Swage.Address
}

func bundleOf(t *testing.T, config string) []byte {
	t.Helper()
	got, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), config, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Webhooks[0].ClientConfig.CABundle
}
