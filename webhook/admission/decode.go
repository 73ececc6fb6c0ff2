package admission

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// errMalformed is wrapped by what decodeReview returns.
var errMalformed = errors.New("not a request of admission.k8s.io/v1")

// review is what is needed of an AdmissionReview.
type review struct {
	UID         string `json:"uid"`
	Kind        kind   `json:"kind"`
	SubResource string `json:"subResource"`
	Namespace   string `json:"namespace"`
	Operation   string `json:"operation"`
	DryRun      bool   `json:"dryRun"`
	Object      span   `json:"object"`
}

type kind struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

type envelope struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Request    *review `json:"request"`
}

// span is where a value stands in the body: the pod is the largest part of it
// by far, and is parsed from there without being copied.
type span struct{ start, end int64 }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (s *span) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	s.end = dec.InputOffset()
	s.start = s.end - int64(len(value))
	return err
}

// of returns the value, nil if there was none.
func (s span) of(body []byte) []byte {
	if s.end == 0 {
		return nil
	}
	return body[s.start:s.end:s.end]
}

// decodeReview reads the envelope; what it does not need is checked for syntax
// and skipped. Names repeated in an object are let through: the API server
// writes none, and looking for them costs as much as all the rest.
func decodeReview(body []byte) (*review, error) {
	var e envelope
	if err := json.Unmarshal(body, &e, jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, position(err))
	}
	switch {
	case e.APIVersion != "admission.k8s.io/v1" || e.Kind != "AdmissionReview":
		return nil, fmt.Errorf("%w: expected kind AdmissionReview of that version", errMalformed)
	case e.Request == nil:
		return nil, fmt.Errorf("%w: there is no request in it", errMalformed)
	case e.Request.UID == "":
		return nil, fmt.Errorf("%w: request.uid is empty", errMalformed)
	}
	return e.Request, nil
}

// position keeps where the reading stopped and not what stood there: the
// decoder's own text quotes the input, and pods hold secrets.
func position(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Errorf("broken JSON at byte %d", syntax.ByteOffset)
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return fmt.Errorf("wrong type at byte %d", semantic.ByteOffset)
	}
	return errors.New("broken JSON")
}

// createsPod tells whether the request is one that shaping is about.
func (r *review) createsPod() bool {
	return r.Operation == "CREATE" && r.SubResource == "" && r.Kind == kind{Version: "v1", Kind: "Pod"}
}
