package webhook

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"swage.dev/swage/certs"
)

// failing are certificates that are in trouble.
type failing struct {
	noCertificates
	healthy error
}

func (f failing) Healthy() error { return f.healthy }

// R30: each thing that readiness asks for keeps a server from being ready, and
// is named; the rest is listed as passed.
func TestReadiness(t *testing.T) {
	server := newTestServer(t)
	if err := server.Ready(); !errors.Is(err, errNotSynced) || errors.Is(err, errDraining) {
		t.Errorf("a server that has read nothing: %v", err)
	}
	server.draining.Store(true)
	if err := server.Ready(); !errors.Is(err, errDraining) {
		t.Errorf("a server that was told to stop: %v", err)
	}
	lost := errors.New("nobody trusts us")
	server.opts.Certificates = failing{healthy: lost}
	if err := server.Ready(); !errors.Is(err, lost) {
		t.Errorf("a server without a good certificate: %v", err)
	}
	if port := server.port(certs.ErrNotAvailable); !errors.Is(port.err, certs.ErrNotAvailable) {
		t.Errorf("the port is dialled though there is no certificate: %v", port.err)
	}
	code, body := get(t, server, "/readyz")
	if code != http.StatusServiceUnavailable {
		t.Errorf("answered %d", code)
	}
	for _, want := range []string{
		"[-] not stopping: " + errDraining.Error(), "[-] templates: " + errNotSynced.Error(), "[-] certificate: nobody trusts us", "[-] port: ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
}

// What the status address serves: alive does not mean ready, and profiles are
// only there for those who asked for them.
func TestStatus(t *testing.T) {
	server := newTestServer(t)
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 503, "/metrics": 200, "/debug/pprof/heap": 404, "/": 404, "/shape": 404,
	} {
		if code, body := get(t, server, path); code != want {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	server.opts.Profiling = true
	if code, _ := get(t, server, "/debug/pprof/heap"); code != http.StatusOK {
		t.Errorf("profiles: %d", code)
	}
}

// Every metric exists before the first request, so that an alert has something to compare with.
func TestMetricsExistFromTheStart(t *testing.T) {
	_, body := get(t, newTestServer(t), "/metrics")
	for _, series := range []string{
		`swage_admission_requests_total{role="driver",verdict="shaped"} 0`, `swage_admission_requests_total{role="none",verdict="error"} 0`,
		`swage_admission_duration_seconds_count 0`, `swage_changes_total{operation="add"} 0`, `swage_conflicts_total{resolution="kept"} 0`,
		`swage_templates{mode="enforced",state="broken"} 0`, `swage_certificate_expiry_timestamp_seconds{certificate="leaf"} NaN`,
		`go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(body, "\n"+series) {
			t.Errorf("no %s", series)
		}
	}
}

func get(t *testing.T, server *Server, path string) (code int, body string) {
	t.Helper()
	response := httptest.NewRecorder()
	server.statusMux().ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return response.Code, response.Body.String()
}
