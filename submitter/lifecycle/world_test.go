package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"swage.dev/swage/submitter/apiserver"
)

// tree is any object of the API.
type tree = map[string]any

// world is an API server without a network that stores objects of any kind,
// lists and watches them; tests play the controllers.
type world struct {
	mu      sync.Mutex
	version int
	objects map[string]tree // by "resource/name"
	history []worldEvent
	moved   chan struct{} // closed and made anew at each event
	calls   []string
	refuse  func(call string) (code int)
}

type worldEvent struct {
	version    int
	kind, path string
	object     tree
}

func newWorld() *world { return &world{objects: map[string]tree{}, moved: make(chan struct{})} }

func (w *world) server() *apiserver.Server {
	return apiserver.New("http://h", &http.Client{Transport: w})
}

func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path, "/namespaces/default/")
	query := r.URL.Query()
	if query.Get("watch") != "" {
		return watching(r, func(after int) ([]byte, int, <-chan struct{}, error) { return w.since(after, path, query) }), nil
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	code, answer := w.answer(r.Method, path, query, body)
	text, _ := json.Marshal(answer)
	return &http.Response{StatusCode: code, Request: r, Body: io.NopCloser(strings.NewReader(string(text)))}, nil
}

func (w *world) answer(method, path string, query url.Values, body []byte) (int, any) {
	call := method + " " + path
	w.calls = append(w.calls, call)
	if w.refuse != nil {
		if code := w.refuse(call); code != 0 {
			return code, status(code, http.StatusText(code), "the test refuses it")
		}
	}
	var sent tree
	_ = json.Unmarshal(body, &sent)
	stored := w.objects[path]
	switch {
	case method == http.MethodPost:
		name := sent["metadata"].(tree)["name"].(string)
		if w.objects[path+"/"+name] != nil {
			return http.StatusConflict, status(http.StatusConflict, "AlreadyExists", name+" already exists")
		}
		w.put(path+"/"+name, sent)
		return http.StatusCreated, sent
	case method == http.MethodGet && !strings.Contains(path, "/"):
		return http.StatusOK, w.list(path, query)
	case stored == nil:
		return http.StatusNotFound, status(http.StatusNotFound, "NotFound", path+" not found")
	case method == http.MethodPatch:
		changed := copied(stored)
		merge(changed, sent)
		w.put(path, changed)
		return http.StatusOK, changed
	case method == http.MethodDelete:
		w.drop(path)
	}
	return http.StatusOK, stored
}

// drop deletes an object, and at once what it owns.
func (w *world) drop(path string) {
	uid := meta(w.objects[path])["uid"]
	w.put(path, nil)
	for _, other := range slices.Sorted(maps.Keys(w.objects)) {
		if owners, _ := meta(w.objects[other])["ownerReferences"].([]any); len(owners) == 1 && owners[0].(tree)["uid"] == uid {
			w.drop(other)
		}
	}
}

func (w *world) put(path string, object tree) {
	w.version++
	kind := "MODIFIED"
	switch before := w.objects[path]; {
	case object == nil:
		kind, object = "DELETED", copied(before)
		delete(w.objects, path)
	case before == nil:
		kind = "ADDED"
	}
	if meta(object)["uid"] == nil {
		meta(object)["uid"] = fmt.Sprintf("uid-%d", w.version)
	}
	meta(object)["resourceVersion"] = strconv.Itoa(w.version)
	if kind != "DELETED" {
		w.objects[path] = object
	}
	w.history = append(w.history, worldEvent{w.version, kind, path, object})
	close(w.moved)
	w.moved = make(chan struct{})
}

func (w *world) list(resource string, query url.Values) tree {
	items := []any{}
	for _, path := range slices.Sorted(maps.Keys(w.objects)) {
		if strings.HasPrefix(path, resource+"/") && picked(w.objects[path], query) {
			items = append(items, w.objects[path])
		}
	}
	return tree{"metadata": tree{"resourceVersion": strconv.Itoa(w.version)}, "items": items}
}

// picked knows label selectors of the forms key and key=value, and fields that begin with metadata or involvedObject.
func picked(object tree, query url.Values) bool {
	labels, _ := meta(object)["labels"].(tree)
	for part := range strings.SplitSeq(query.Get("labelSelector"), ",") {
		key, value, valued := strings.Cut(part, "=")
		if part != "" && (labels[key] == nil || valued && labels[key] != value) {
			return false
		}
	}
	path, value, _ := strings.Cut(query.Get("fieldSelector"), "=")
	if path == "" {
		return true
	}
	parent, field, _ := strings.Cut(path, ".")
	within, _ := object[parent].(tree)
	return within[field] == value
}

func meta(object tree) tree { return object["metadata"].(tree) }

func copied(object tree) tree {
	text, _ := json.Marshal(object)
	var copy tree
	_ = json.Unmarshal(text, &copy)
	return copy
}

// merge is a JSON merge patch.
func merge(into, patch tree) {
	for key, value := range patch {
		object, nested := value.(tree)
		below, there := into[key].(tree)
		switch {
		case value == nil:
			delete(into, key)
		case nested && there:
			merge(below, object)
		default:
			into[key] = value
		}
	}
}

// since are the events of a resource after a version as a watch tells them, in
// JSON, and what is closed at the next.
func (w *world) since(version int, resource string, query url.Values) (text []byte, latest int, moved <-chan struct{}, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.history {
		if e.version > version && strings.HasPrefix(e.path, resource+"/") && picked(e.object, query) {
			line, _ := json.Marshal(tree{"type": e.kind, "object": e.object})
			text = append(text, line...)
		}
	}
	return text, w.version, w.moved, nil
}

// set stores an object as its controllers would, whatever was there.
func (w *world) set(path string, object any) tree {
	text, _ := json.Marshal(object)
	var stored tree
	_ = json.Unmarshal(text, &stored)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(path, stored)
	return stored
}

func (w *world) get(path string) tree {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.objects[path]
}

func (w *world) remove(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(path)
}
