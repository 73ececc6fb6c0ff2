package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
)

// fixed serves one pair, or nothing.
type fixed struct{ p *pair }

func (f fixed) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if f.p == nil {
		return nil, ErrNotAvailable
	}
	return f.p.certificate, nil
}
func (fixed) Start(context.Context) error { return nil }
func (fixed) Healthy() error              { return nil }

func handshake(t *testing.T, src Source, roots *x509.CertPool, most uint16) (server, client error) {
	t.Helper()
	a, b := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		defer a.Close()
		ended <- tls.Server(a, TLSConfig(src)).HandshakeContext(t.Context())
	}()
	c := tls.Client(b, &tls.Config{
		RootCAs: roots, ServerName: testHost, MinVersion: tls.VersionTLS12, MaxVersion: most,
		Time: minted(t, noon).leaf().NotBefore.UTC, // the clock of an API server an hour behind
	})
	client = c.HandshakeContext(t.Context())
	b.Close()
	return <-ended, client
}

func TestTLSConfig(t *testing.T) {
	p := minted(t, noon)
	roots := x509.NewCertPool()
	roots.AddCert(p.authority)
	if server, client := handshake(t, fixed{p}, roots, tls.VersionTLS13); server != nil || client != nil {
		t.Errorf("TLS 1.3: server %v, client %v", server, client)
	}
	if server, client := handshake(t, fixed{p}, roots, tls.VersionTLS12); server == nil || client == nil ||
		!strings.Contains(client.Error(), "protocol version") {
		t.Errorf("TLS 1.2 must be refused: server %v, client %v", server, client)
	}
	if server, _ := handshake(t, fixed{}, roots, tls.VersionTLS13); !errors.Is(server, ErrNotAvailable) {
		t.Errorf("without a leaf: %v", server)
	}
}
