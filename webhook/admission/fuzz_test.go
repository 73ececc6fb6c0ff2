package admission

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"

	"swage.dev/swage/podtemplate"
)

// FuzzHandle: whatever comes in, the answer is a valid review about that
// request, or an HTTP error that leaves the pod to failurePolicy. Never a
// panic, not even a recovered one; never an allowed pod of a store that knows nothing.
func FuzzHandle(f *testing.F) {
	for _, seed := range []string{reviewOf(executorPod), reviewOf(driverPod), reviewOf(otherPod), reviewOf("null"), "", "{}", "[]", `{"request":null}`} {
		f.Add([]byte(seed))
	}
	w := newStoppedWorld(f, realShaper()) // once: the fake clients cost more than thousands of inputs
	library := fuzzLibrary(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		w.log.Reset()
		if code := w.serve(t, body).Code; code != http.StatusServiceUnavailable && code != http.StatusBadRequest {
			t.Fatalf("a store that knows nothing answered %d", code)
		}
		a := &admission{}
		review, err := decodeReview(body)
		if err != nil || !review.createsPod() {
			return
		}
		a.review = review
		if a.pod, err = podtemplate.ParsePod(review.Object.of(body)); err != nil {
			return
		}
		a.result = w.opts.Shaper.Shape(podtemplate.Request{Pod: a.pod, Namespace: review.Namespace, Role: podtemplate.Driver, Templates: library})
		response := httptest.NewRecorder()
		if err := write(response, a); err != nil {
			t.Fatal(err)
		}
		wantReview(t, response, review.UID)
	})
}

func (w *world) serve(t *testing.T, body []byte) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/shape", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	return w.send(request)
}

func fuzzLibrary(t testing.TB) *podtemplate.Library {
	t.Helper()
	cm := configMap("a", podtemplate.Default, "metadata: {labels: {team: risk}}\nspec:\n  nodeSelector: {disk: ssd}\n"+
		"  tolerations: [{key: spot, operator: Exists}]\n  containers: [{name: spark, env: [{name: A, value: b}]}]\n")
	template, err := podtemplate.Load(cm, podtemplate.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return podtemplate.NewLibrary([]podtemplate.Entry{{Namespace: "team", Name: "a", Mode: podtemplate.Default, Template: template}}, podtemplate.Limits{})
}

func wantReview(t *testing.T, response *httptest.ResponseRecorder, uid string) {
	t.Helper()
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(response.Body.Bytes(), &review); err != nil || response.Code != http.StatusOK || review.Response == nil {
		t.Fatalf("answered %d %q: %v", response.Code, response.Body, err)
	}
	if string(review.Response.UID) != uid {
		t.Errorf("answered about %q, asked about %q", review.Response.UID, uid)
	}
	if patch := review.Response.Patch; patch != nil && !json.Valid(patch) {
		t.Errorf("the patch is no JSON: %s", patch)
	}
}
