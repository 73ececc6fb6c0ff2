package webhook_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/webhooktest"
)

// trusting is a client of webhooks that the tests' authority signed for.
func trusting(t *testing.T) *http.Client { return clientTrusting(t, server.CA().PEM(), "") }

func clientTrusting(t *testing.T, bundle []byte, name string) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(bundle) {
		t.Fatal("no certificate in the bundle")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func post(t *testing.T, client *http.Client, url, contentType string, body []byte) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// reviewOf is what an API server sends about a new pod.
func reviewOf(t *testing.T, pod any) []byte {
	t.Helper()
	object, err := marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	namespace := "default"
	if typed, ok := pod.(*corev1.Pod); ok && typed.Namespace != "" {
		namespace = typed.Namespace
	}
	return fmt.Appendf(nil, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",`+
		`"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},`+
		`"namespace":%q,"operation":"CREATE","object":%s,"dryRun":true}}`, namespace, object)
}

// rawPod is put into a review as it is, whatever it is.
type rawPod string

func marshal(pod any) ([]byte, error) {
	if raw, ok := pod.(rawPod); ok {
		return []byte(raw), nil
	}
	return json.Marshal(pod)
}

// failedOpen tells whether the server admitted a pod without some webhook's answer.
func failedOpen(t *testing.T, pod types.UID) bool {
	t.Helper()
	calls, err := server.Audit().CallsOf(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range calls {
		if call.FailedOpen {
			return true
		}
	}
	return false
}

// blackHole takes connections and never answers, as a Service whose packets are dropped.
func blackHole(t *testing.T) webhooktest.Endpoint {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it returns at once
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return webhooktest.Endpoint{URL: "https://" + listener.Addr().String(), CABundle: server.CA().PEM()}
}
