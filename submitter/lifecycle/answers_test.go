package lifecycle_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/apiserver"
)

// answers is an API server that gives fixed answers: by the call's method and the path below the namespace n, with a
// part of its query behind "?". Everything else is not found.
type answers struct {
	fixed map[string]string

	mu    sync.Mutex
	calls []string
}

func (a *answers) server() *apiserver.Server {
	return apiserver.New("http://h", &http.Client{Transport: a})
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, place, _ := strings.Cut(r.URL.Path, "/namespaces/n/")
	call := r.Method + " " + place
	body := ""
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	a.calls = append(a.calls, strings.TrimSpace(call+" "+body))
	for fixed, answer := range a.fixed {
		where, query, _ := strings.Cut(fixed, "?")
		if where == call && strings.Contains(r.URL.Query().Encode(), query) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
		}
	}
	return &http.Response{StatusCode: http.StatusNotFound, Body: io.NopCloser(strings.NewReader(`{"kind":"Status","code":404,"reason":"NotFound"}`)), Request: r}, nil
}

// sparkPod is a pod of the application spark-1 in the namespace n.
func sparkPod(role, name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "n", UID: "u", ResourceVersion: "1",
			Labels: map[string]string{"spark-role": role, "spark-app-selector": "spark-1", "spark-app-name": "pi"},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "spark-kubernetes-" + role}}},
	}
}

func wantNone(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s is told in\n%s", part, text)
		}
	}
}

func wantAll(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not told in\n%s", part, text)
		}
	}
}
