package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"swage.dev/swage/submitter/apiserver"
)

// fakeServer is as much of an API server as submitting needs. Its storage can
// be asked, and its n-th call can fail.
type fakeServer struct {
	mu      sync.Mutex
	calls   []string
	objects map[string]map[string]any // by "resource/name"

	// before is asked before a call takes effect, after when it did and the
	// answer is due. An answer of false ends the connection without a word.
	before, after func(number int, call string) bool
	// refuse answers a call with an HTTP status other than 0.
	refuse func(call string) int
}

func (f *fakeServer) start(t *testing.T) *apiserver.Server {
	t.Helper()
	f.objects = map[string]map[string]any{}
	listening := httptest.NewServer(f)
	t.Cleanup(listening.Close)
	return apiserver.New(listening.URL, listening.Client())
}

func (f *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	call := r.Method + " " + r.URL.Path
	dry := r.URL.Query().Has("dryRun")
	if dry {
		call = "DRY " + r.URL.Path
	}
	f.calls = append(f.calls, call)
	number := len(f.calls)
	if f.before != nil && !f.before(number, call) {
		panic(http.ErrAbortHandler)
	}
	code, answer := f.answer(r, body)
	if stored, ok := answer.(map[string]any); ok && dry && code == http.StatusCreated {
		metadata := stored["metadata"].(map[string]any)
		metadata["resourceVersion"] = "1"
		delete(f.objects, strings.TrimPrefix(r.URL.Path[strings.Index(r.URL.Path, "/namespaces/default/"):], "/namespaces/default/")+"/"+metadata["name"].(string))
	}
	if f.after != nil && !f.after(number, call) {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer)
}

func (f *fakeServer) answer(r *http.Request, body []byte) (int, any) {
	if f.refuse != nil {
		if code := f.refuse(r.Method + " " + r.URL.Path); code != 0 {
			return code, status(code, strings.ReplaceAll(http.StatusText(code), " ", ""), "exceeded quota: tiny")
		}
	}
	_, place, _ := strings.Cut(r.URL.Path, "/namespaces/default/")
	switch r.Method {
	case http.MethodPost:
		return f.create(place, body)
	case http.MethodGet:
		if object := f.objects[place]; object != nil {
			return http.StatusOK, object
		}
	case http.MethodPatch:
		if object := f.objects[place]; object != nil {
			return http.StatusOK, patched(object, body)
		}
	case http.MethodDelete:
		return f.delete(place, body)
	}
	return http.StatusNotFound, status(http.StatusNotFound, "NotFound", place+" not found")
}

func (f *fakeServer) create(resource string, body []byte) (int, any) {
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		return http.StatusBadRequest, status(http.StatusBadRequest, "BadRequest", err.Error())
	}
	metadata := object["metadata"].(map[string]any)
	place := resource + "/" + metadata["name"].(string)
	if f.objects[place] != nil {
		return http.StatusConflict, status(http.StatusConflict, "AlreadyExists", place+" already exists")
	}
	if owner := ownerOf(object); owner != "" && !f.exists(owner) {
		return http.StatusCreated, object // and collected at once: its owner is gone
	}
	metadata["uid"] = fmt.Sprintf("uid-%d", len(f.calls))
	f.objects[place] = object
	return http.StatusCreated, object
}

// patched is an object after one of the two patches that there are: a pod's
// gate is lifted, or an owner given.
func patched(object map[string]any, body []byte) map[string]any {
	if strings.Contains(string(body), "schedulingGates") {
		delete(object["spec"].(map[string]any), "schedulingGates")
		return object
	}
	var patch struct {
		Metadata struct{ OwnerReferences []any }
	}
	if err := json.Unmarshal(body, &patch); err == nil {
		object["metadata"].(map[string]any)["ownerReferences"] = patch.Metadata.OwnerReferences
	}
	return object
}

// delete deletes an object, and at once what it owns, as the garbage collector does later.
func (f *fakeServer) delete(place string, body []byte) (int, any) {
	object := f.objects[place]
	if object == nil {
		return http.StatusNotFound, status(http.StatusNotFound, "NotFound", place+" not found")
	}
	uid := object["metadata"].(map[string]any)["uid"].(string)
	if strings.HasPrefix(place, "pods/") && !strings.Contains(string(body), `"uid":"`+uid+`"`) {
		return http.StatusConflict, status(http.StatusConflict, "Conflict", "the UID in the precondition is another")
	}
	delete(f.objects, place)
	for name, o := range f.objects {
		if ownerOf(o) == uid {
			delete(f.objects, name)
		}
	}
	return http.StatusOK, status(http.StatusOK, "", "")
}

func (f *fakeServer) exists(uid string) bool {
	for _, o := range f.objects {
		if o["metadata"].(map[string]any)["uid"] == uid {
			return true
		}
	}
	return false
}

// stored are the objects there are, and which calls led to them. A call that
// its client gave up may still be under way.
func (f *fakeServer) stored() (objects map[string]map[string]any, calls []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.objects), slices.Clone(f.calls)
}

func ownerOf(object map[string]any) string {
	owners, _ := object["metadata"].(map[string]any)["ownerReferences"].([]any)
	if len(owners) != 1 {
		return ""
	}
	return owners[0].(map[string]any)["uid"].(string)
}

func status(code int, reason, message string) any {
	return map[string]any{"kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": message, "status": "Failure"}
}

func gated(pod map[string]any) bool {
	gates, _ := pod["spec"].(map[string]any)["schedulingGates"].([]any)
	return len(gates) > 0
}
