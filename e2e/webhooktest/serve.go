package webhooktest

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"net/http"
	"net/http/httptest"
	"testing"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/testca"
)

// Endpoint is where a webhook is and how to trust it.
type Endpoint struct {
	// URL is the webhook's address with its path, https.
	URL string
	// CABundle is what verifies its certificate, PEM.
	CABundle []byte
}

// Serve runs a handler behind TLS 1.3 until the test ends.
func Serve(t testing.TB, ca *testca.CA, handler http.Handler) Endpoint {
	t.Helper()
	cert, key, err := ca.Issue(pkix.Name{CommonName: "webhook"})
	if err != nil {
		t.Fatalf("make the webhook's certificate: %v", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatalf("load the webhook's certificate: %v", err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}
	server.EnableHTTP2 = true // as controller-runtime's server and the API server speak it
	server.StartTLS()
	t.Cleanup(server.Close)
	return Endpoint{URL: server.URL, CABundle: ca.PEM()}
}

// StartWebhook serves the handler to the API server under path until the test
// ends, registered as the product's manifests do it.
func StartWebhook(t testing.TB, server *clustertest.Server, handler http.Handler, opts Options) Endpoint {
	t.Helper()
	endpoint := Serve(t, server.CA(), handler)
	Register(t, server, endpoint, opts)
	return endpoint
}
