package webhooktest

import (
	"encoding/json"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ConstantPatch answers every request with the same JSON patch, or allows it
// without one when patch is empty. It looks at nothing but the request's uid and
// so is the floor below which no webhook's cost can be: the measure for ours.
func ConstantPatch(patch []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review struct {
			Request struct {
				UID types.UID `json:"uid"`
			} `json:"request"`
		}
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		// The API server is gone if this fails; there is nobody to tell.
		_ = json.NewEncoder(w).Encode(allow(review.Request.UID, patch))
	})
}

func allow(uid types.UID, patch []byte) *admissionv1.AdmissionReview {
	response := &admissionv1.AdmissionResponse{UID: uid, Allowed: true}
	if len(patch) > 0 {
		response.Patch, response.PatchType = patch, new(admissionv1.PatchTypeJSONPatch)
	}
	return &admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Response: response,
	}
}
