package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter/apiserver"
)

// playedServer is an API server without a network, for virtual time: it stores
// objects, lists and watches pods, and tests play the scheduler and the kubelet.
type playedServer struct {
	mu      sync.Mutex
	version int
	objects map[string]*corev1.Pod // all kinds, by "resource/name", as far as they are like pods
	bodies  map[string][]byte      // as they were created
	history []playedEvent
	moved   chan struct{} // closed and made anew at each event
	calls   []string
	refuse  func(call string) (reason string)
	away    bool // it does not answer
}

type playedEvent struct {
	version int
	kind    string
	pod     *corev1.Pod
}

func newPlayedServer() *playedServer {
	return &playedServer{objects: map[string]*corev1.Pod{}, bodies: map[string][]byte{}, moved: make(chan struct{})}
}

func (p *playedServer) client() *apiserver.Server {
	return apiserver.New("http://h", &http.Client{Transport: p})
}

func (p *playedServer) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.Path, "/namespaces/default/")
	if p.isAway() {
		return nil, errors.New("connection refused")
	}
	if r.URL.Query().Get("watch") != "" {
		return watching(r, func(after int) ([]byte, int, <-chan struct{}, error) { return p.since(after, r.URL.Query()) }), nil
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code, answer := p.answer(r.Method, path, r.URL.Query(), body)
	text, _ := json.Marshal(answer)
	return &http.Response{StatusCode: code, Request: r, Body: io.NopCloser(strings.NewReader(string(text)))}, nil
}

// refusing lets each call be refused for which a reason is given; nil: none.
func (p *playedServer) refusing(reason func(call string) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = reason
}

// full is a quota without room for pods.
func full(call string) string {
	if call == "POST pods" {
		return "exceeded quota: tiny"
	}
	return ""
}

func (p *playedServer) isAway() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away
}

// leave ends the watches; until it returns the server does not answer.
func (p *playedServer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = true
	close(p.moved)
	p.moved = make(chan struct{})
}

// comeBack answers again. Something happened meanwhile, of which no watch tells.
func (p *playedServer) comeBack(happened func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	happened()
	p.away, p.history = false, nil
}

func (p *playedServer) answer(method, path string, query url.Values, body []byte) (int, any) {
	call := method + " " + path
	p.calls = append(p.calls, call)
	if p.refuse != nil {
		if reason := p.refuse(call); reason != "" {
			return http.StatusForbidden, status(http.StatusForbidden, "Forbidden", reason)
		}
	}
	stored := p.objects[path]
	switch {
	case method == http.MethodPost:
		return p.create(path, body)
	case method == http.MethodGet && path == "pods":
		return http.StatusOK, p.list(query)
	case stored == nil:
		return http.StatusNotFound, status(http.StatusNotFound, "NotFound", path+" not found")
	case method == http.MethodGet && !strings.HasPrefix(path, "pods/"):
		return http.StatusOK, json.RawMessage(p.bodies[path])
	case method == http.MethodPatch:
		return p.patch(path, stored, body)
	case method == http.MethodDelete:
		if !strings.Contains(string(body), `"uid":"`+string(stored.UID)+`"`) {
			return http.StatusConflict, status(http.StatusConflict, "Conflict", "another UID")
		}
		p.put(path, nil)
	}
	return http.StatusOK, stored
}

func (p *playedServer) create(resource string, body []byte) (int, any) {
	object := &corev1.Pod{}
	if err := json.Unmarshal(body, object); err != nil {
		return http.StatusBadRequest, status(http.StatusBadRequest, "BadRequest", err.Error())
	}
	path := resource + "/" + object.Name
	if p.objects[path] != nil {
		return http.StatusConflict, status(http.StatusConflict, "AlreadyExists", path+" already exists")
	}
	object.UID = ""
	object.Status.Phase = corev1.PodPending
	p.put(path, object)
	p.bodies[path] = body
	return http.StatusCreated, object
}

func (p *playedServer) patch(path string, stored *corev1.Pod, body []byte) (int, any) {
	var patch struct {
		Metadata struct {
			ResourceVersion string
			Annotations     map[string]string
		}
	}
	if err := json.Unmarshal(body, &patch); err != nil {
		return http.StatusBadRequest, status(http.StatusBadRequest, "BadRequest", err.Error())
	}
	if v := patch.Metadata.ResourceVersion; v != "" && v != stored.ResourceVersion {
		return http.StatusConflict, status(http.StatusConflict, "Conflict", "the object has been modified")
	}
	changed := stored.DeepCopy()
	changed.Spec.SchedulingGates = nil // the one patch without annotations
	if changed.Annotations == nil {
		changed.Annotations = map[string]string{}
	}
	maps.Copy(changed.Annotations, patch.Metadata.Annotations)
	p.put(path, changed)
	return http.StatusOK, changed
}

// put stores an object, or forgets it for nil, and tells the watches.
func (p *playedServer) put(path string, object *corev1.Pod) {
	p.version++
	kind := "MODIFIED"
	switch before := p.objects[path]; {
	case object == nil:
		kind, object = "DELETED", before.DeepCopy()
		delete(p.objects, path)
	case before == nil:
		kind = "ADDED"
	}
	object.ResourceVersion = strconv.Itoa(p.version)
	if object.UID == "" {
		object.UID = types.UID(fmt.Sprintf("uid-%d", p.version))
	}
	if kind != "DELETED" {
		p.objects[path] = object
	}
	if strings.HasPrefix(path, "pods/") {
		p.history = append(p.history, playedEvent{p.version, kind, object})
		close(p.moved)
		p.moved = make(chan struct{})
	}
}

func (p *playedServer) list(query url.Values) *corev1.PodList {
	list := &corev1.PodList{}
	list.ResourceVersion = strconv.Itoa(p.version)
	for _, path := range slices.Sorted(maps.Keys(p.objects)) {
		if pod := p.objects[path]; strings.HasPrefix(path, "pods/") && selected(pod, query) {
			list.Items = append(list.Items, *pod)
		}
	}
	return list
}

// selected knows selectors of the forms key=value and metadata.name=value.
func selected(pod *corev1.Pod, query url.Values) bool {
	key, value, _ := strings.Cut(query.Get("labelSelector"), "=")
	_, name, named := strings.Cut(query.Get("fieldSelector"), "=")
	return (key == "" || pod.Labels[key] == value) && (!named || pod.Name == name)
}

// since are the events after a version as a watch tells them, in JSON, and what
// is closed at the next. While the server is away no watch goes on.
func (p *playedServer) since(version int, query url.Values) (text []byte, latest int, moved <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return nil, version, nil, io.ErrUnexpectedEOF
	}
	for _, e := range p.history {
		if e.version > version && selected(e.pod, query) {
			line, _ := json.Marshal(map[string]any{"type": e.kind, "object": e.pod})
			text = append(text, line...)
		}
	}
	return text, p.version, p.moved, nil
}

// change changes a pod as controllers of the cluster do.
func (p *playedServer) change(name string, how func(*corev1.Pod)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pod := p.objects["pods/"+name].DeepCopy()
	how(pod)
	p.put("pods/"+name, pod)
}

// vanish removes a pod at once, as a forced deletion does.
func (p *playedServer) vanish(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put("pods/"+name, nil)
}

// pods are the names of the pods that have not ended, sorted.
func (p *playedServer) pods(role string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for path, pod := range p.objects {
		if strings.HasPrefix(path, "pods/") && pod.Labels["spark-role"] == role && pod.Status.Phase != corev1.PodFailed && pod.Status.Phase != corev1.PodSucceeded {
			names = append(names, pod.Name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *playedServer) made(prefix string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var calls []string
	for _, call := range p.calls {
		if strings.HasPrefix(call, prefix) {
			calls = append(calls, call)
		}
	}
	return calls
}

func bind(pod *corev1.Pod) { pod.Spec.NodeName = "node" }

func run(pod *corev1.Pod) { pod.Spec.NodeName, pod.Status.Phase = "node", corev1.PodRunning }

// ended is a pod whose Spark container ended.
func endWith(code int32) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Phase = corev1.PodSucceeded
		if code != 0 {
			pod.Status.Phase = corev1.PodFailed
		}
		containers := pod.Spec.Containers
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: containers[len(containers)-1].Name, State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code}},
		}}
	}
}
