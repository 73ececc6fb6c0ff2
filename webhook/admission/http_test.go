package admission

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"swage.dev/swage/podtemplate"
)

// R29: what is no review gets an HTTP error and counts as an error, whatever the shaper would have said.
func TestBadRequests(t *testing.T) {
	good := reviewOf(executorPod)
	for _, row := range []struct {
		rule, body string
		code       int
	}{
		{"empty", "", 400},
		{"no JSON", "hello", 400},
		{"truncated", good[:len(good)/2], 400},
		{"truncated by one byte", good[:len(good)-1], 400},
		{"two values", good + good, 400},
		{"null", "null", 400},
		{"a list", "[]", 400},
		{"no request", `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}`, 400},
		{"no uid", strings.Replace(good, `"uid":"u-1",`, "", 1), 400},
		{"another kind", strings.Replace(good, `"AdmissionReview"`, `"ConversionReview"`, 1), 400},
		{"another version", strings.Replace(good, "admission.k8s.io/v1", "admission.k8s.io/v1beta1", 1), 400},
		{"a uid that is no string", strings.Replace(good, `"u-1"`, "1", 1), 400},
		{"invalid UTF-8", strings.Replace(good, "exec-", "exec-\xff", 1), 400},
		{"no object", strings.Replace(good, `"object":`+executorPod+",", "", 1), 400},
		{"the object is null", reviewOf("null"), 400},
		{"the object is a string", reviewOf(`"pod"`), 400},
		{"the object is a list", reviewOf("[]"), 400},
		{"the object is of another kind", reviewOf(`{"apiVersion":"v1","kind":"Service"}`), 400},
		{"nested too deep", reviewOf(strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)), 400},
		{"larger than 7 MiB", reviewOf(`{"a":"` + strings.Repeat("x", maxBody) + `"}`), 413},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, always(podtemplate.Result{Verdict: podtemplate.Shaped}), true)
				response := w.post("/shape", row.body)
				if response.Code != row.code || strings.Contains(response.Body.String(), "allowed") {
					t.Errorf("answered %d %s", response.Code, response.Body)
				}
				w.wantCounted("none error")
			})
		})
	}
}

// A pod of nearly 7 MiB is large, and a pod.
func TestLargestRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, always(podtemplate.Result{Verdict: podtemplate.Unchanged}), true)
		body := reviewOf(strings.Replace(executorPod, "exec-", strings.Repeat("x", maxBody-1000), 1))
		if !w.answer("/shape", body).Allowed {
			t.Error("want it allowed")
		}
	})
}

func TestTransport(t *testing.T) {
	for _, row := range []struct {
		rule    string
		request func(*testing.T) *http.Request
		content string
		code    int
	}{
		{"reviews are posted", get, "application/json", 405},
		{"another content type", post("/shape", reviewOf(executorPod)), "application/yaml", 415},
		{"no content type", post("/shape", reviewOf(executorPod)), "", 415},
		{"parameters of the content type do not matter", post("/shape", reviewOf(executorPod)), "application/json; charset=utf-8", 200},
		{"without a length", chunked(reviewOf(executorPod)), "application/json", 200},
		{"without a length and too large", chunked(strings.Repeat(" ", maxBody+1)), "application/json", 413},
		{"a length that is not kept", promising(100<<20, "{}"), "application/json", 413},
		{"a body that breaks off", broken, "application/json", 400},
		{"query of the API server", post("/shape?timeout=5s", reviewOf(executorPod)), "application/json", 200},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, always(podtemplate.Result{Verdict: podtemplate.Unchanged}), true)
				request := row.request(t)
				request.Header.Set("Content-Type", row.content)
				if response := w.send(request); response.Code != row.code {
					t.Errorf("answered %d %s", response.Code, response.Body)
				}
			})
		})
	}
}

func get(t *testing.T) *http.Request {
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/shape", nil)
}

func posting(t *testing.T, path string, body io.Reader) *http.Request {
	return httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
}

func post(path, body string) func(*testing.T) *http.Request {
	return func(t *testing.T) *http.Request { return posting(t, path, strings.NewReader(body)) }
}

func chunked(body string) func(*testing.T) *http.Request {
	return func(t *testing.T) *http.Request {
		request := posting(t, "/shape", io.MultiReader(strings.NewReader(body)))
		request.ContentLength = -1
		return request
	}
}

func promising(length int64, body string) func(*testing.T) *http.Request {
	return func(t *testing.T) *http.Request {
		request := posting(t, "/shape", strings.NewReader(body))
		request.ContentLength = length
		return request
	}
}

func broken(t *testing.T) *http.Request {
	return posting(t, "/shape", iotest.ErrReader(errors.New("connection reset")))
}

// A caller that stops in the middle of its request is answered, and its
// connection ends: a server that closes waits for every request.
func TestBodyThatNeverEnds(t *testing.T) {
	w := newStoppedWorld(t, always(podtemplate.Result{Verdict: podtemplate.Unchanged}))
	w.opts.BodyTimeout = 10 * time.Millisecond
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		server := httptest.NewUnstartedServer(w)
		server.EnableHTTP2 = http2
		server.StartTLS()
		body, never := io.Pipe()
		request := posting(t, server.URL+"/shape", body)
		request.RequestURI = ""
		request.Header.Set("Content-Type", "application/json")
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if response.StatusCode != http.StatusBadRequest || (response.ProtoMajor == 2) != http2 {
			t.Errorf("%s: answered %s by %s", name, response.Status, response.Proto)
		}
		response.Body.Close()
		never.Close()
		server.Close()
	}
}

// Paths say the role, and the container where Spark runs, of pods that do not say it themselves.
func TestRoutes(t *testing.T) {
	for _, row := range []struct {
		path      string
		code      int
		role      podtemplate.Role
		container string
	}{
		{"/shape", 200, podtemplate.Executor, ""},
		{"/shape/driver", 200, podtemplate.Driver, ""},
		{"/shape/executor", 200, podtemplate.Executor, ""},
		{"/shape/driver/notebook", 200, podtemplate.Driver, "notebook"},
		{"/", 404, "", ""},
		{"/shaped", 404, "", ""},
		{"/shape/", 404, "", ""},
		{"/shape/master", 404, "", ""},
		{"/shape/driver/", 404, "", ""},
		{"/shape/driver/Not_A_Name", 404, "", ""},
		{"/shape/driver/a/b", 404, "", ""},
		{"/validate", 404, "", ""},
	} {
		t.Run(row.path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var seen podtemplate.Request
				w := newWorld(t, shaperFunc(func(req podtemplate.Request) podtemplate.Result {
					seen = req
					return podtemplate.Result{Verdict: podtemplate.Unchanged, Role: req.Role}
				}), true)
				if response := w.post(row.path, reviewOf(executorPod)); response.Code != row.code {
					t.Fatalf("answered %d %s", response.Code, response.Body)
				}
				if seen.Role != row.role || seen.SparkContainer != row.container {
					t.Errorf("shaped as %q, container %q", seen.Role, seen.SparkContainer)
				}
				if row.code == 404 && len(w.counted()) != 0 {
					t.Error("what is not ours is not counted: a port scan must not look like failing admissions")
				}
			})
		})
	}
}

// An answer that nobody got was no success.
func TestAnswerThatDoesNotArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, always(podtemplate.Result{Verdict: podtemplate.Shaped}), true)
		request := post("/shape", reviewOf(executorPod))(t)
		request.Header.Set("Content-Type", "application/json")
		w.ServeHTTP(brokenWriter{httptest.NewRecorder()}, request)
		w.wantCounted("executor error")
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorld(t, shaperFunc(func(req podtemplate.Request) podtemplate.Result {
			cancel() // the API server's patience ends
			return podtemplate.Result{Verdict: podtemplate.Shaped, Role: req.Role}
		}), true)
		request := post("/shape", reviewOf(executorPod))(t).WithContext(ctx)
		request.Header.Set("Content-Type", "application/json")
		w.send(request)
		w.wantCounted("executor error")
	})
}

type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
