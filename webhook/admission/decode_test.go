package admission

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
)

// What the lean decoder takes from a request that an API server sent is what Kubernetes' own type takes from it.
func TestDecodeRealReview(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("testdata", "review-1.36.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &want); err != nil {
		t.Fatal(err)
	}
	got, err := decodeReview(body)
	if err != nil {
		t.Fatal(err)
	}
	if got.UID != string(want.Request.UID) || got.Namespace != want.Request.Namespace || got.Operation != string(want.Request.Operation) {
		t.Errorf("decoded %+v", got)
	}
	if string(got.Object.of(body)) != string(want.Request.Object.Raw) {
		t.Errorf("object %s", got.Object.of(body))
	}
	if !got.createsPod() || got.DryRun {
		t.Errorf("decoded %+v", got)
	}
}

// White space, order and unknown members do not matter.
func TestDecodeTolerates(t *testing.T) {
	body := []byte(`{ "future": [1, {"a": null}], "request": {"object" : {"kind":"Pod"} , "more": {}, "dryRun": true, "uid": "u\u002d1"},` +
		` "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview" }` + "\n")
	got, err := decodeReview(body)
	if err != nil || got.UID != "u-1" || !got.DryRun || string(got.Object.of(body)) != `{"kind":"Pod"}` {
		t.Errorf("decoded %+v, %v", got, err)
	}
}

// Parsing must not reach past the pod: its bytes are a part of the request's.
func TestObjectCannotGrowIntoTheRest(t *testing.T) {
	body := []byte(reviewOf(executorPod))
	got, err := decodeReview(body)
	if err != nil {
		t.Fatal(err)
	}
	object := got.Object.of(body)
	_ = append(object, "overwritten"...)
	if strings.Contains(string(body), "overwritten") {
		t.Error("appending to the object wrote into the request")
	}
}
