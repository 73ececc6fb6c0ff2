package webhook_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagewebhook"
)

func (in issuing) apply(t *testing.T, text string) {
	t.Helper()
	if err := in.manager.Apply(t.Context(), in.namespace, text); err != nil {
		t.Fatal(err)
	}
}

func (in issuing) await(t *testing.T, after int64) {
	t.Helper()
	if err := in.manager.AwaitIssued(t.Context(), in.namespace, "own", after); err != nil {
		t.Fatal(err)
	}
}

// authority makes a CA's certificate, signed by an Issuer.
func (in issuing) authority(t *testing.T, name, by string) {
	t.Helper()
	in.apply(t, fmt.Sprintf(`{kind: Certificate, metadata: {name: %s}, spec: {isCA: true, commonName: %[1]s, secretName: %[1]s, duration: 87600h,
		privateKey: {algorithm: ECDSA, rotationPolicy: Never}, issuerRef: {name: %s}}}`, name, by))
	if err := in.manager.AwaitIssued(t.Context(), in.namespace, name, 0); err != nil {
		t.Fatal(err)
	}
}

// issuer makes leafs be signed by that authority.
func (in issuing) issuer(t *testing.T, authority string) {
	t.Helper()
	in.apply(t, fmt.Sprintf(`{kind: Issuer, metadata: {name: own}, spec: {ca: {secretName: %s}}}`, authority))
}

// certificate asks for a leaf of the Issuer own, or of another, and waits for
// it. more is what else the Certificate says.
func (in issuing) certificate(t *testing.T, issuer string, more ...string) {
	t.Helper()
	if issuer == "" {
		issuer = "own"
	}
	in.apply(t, fmt.Sprintf(`{kind: Certificate, metadata: {name: own}, spec: {%s}}`, strings.Join(append(more,
		"secretName: "+ownSecret, fmt.Sprintf("dnsNames: [%s.%s.svc]", ownService, in.namespace), `ipAddresses: ["127.0.0.1"]`,
		"duration: 2h", "usages: [digital signature, server auth]", fmt.Sprintf("issuerRef: {name: %s}", issuer)), ", ")))
	in.await(t, 0)
}

func (in issuing) renew(t *testing.T) {
	t.Helper()
	if err := in.manager.Renew(t.Context(), in.namespace, "own"); err != nil {
		t.Fatal(err)
	}
}

// replaceAuthority is what an administrator does whose authority ends or has
// leaked: the Issuer gets another, and the leaf is renewed until it is of that.
func (in issuing) replaceAuthority(t *testing.T, name string) {
	t.Helper()
	in.authority(t, name, "selfsigned")
	in.issuer(t, name)
	authority, err := server.Client().CoreV1().Secrets(in.namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	server.Await(t, "a leaf of "+name, func() error { // the controllers' caches may be behind
		in.renew(t)
		secret, err := server.Client().CoreV1().Secrets(in.namespace).Get(t.Context(), ownSecret, metav1.GetOptions{})
		if err == nil && !bytes.Equal(secret.Data["ca.crt"], authority.Data["tls.crt"]) {
			err = errors.New("it is of another")
		}
		return err
	})
}

// leaf is what the Secret holds now; nil: none.
func (in issuing) leaf(t *testing.T) []byte {
	t.Helper()
	secret, err := server.Client().CoreV1().Secrets(in.namespace).Get(t.Context(), ownSecret, metav1.GetOptions{})
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(secret.Data["tls.crt"])
	if block == nil {
		return nil
	}
	return block.Bytes
}

func (in issuing) bundle(t *testing.T) []byte {
	t.Helper()
	got, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), in.config, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Webhooks[0].ClientConfig.CABundle
}

// awaitServed waits until each replica serves what the Secret holds.
func (in issuing) awaitServed(t *testing.T, replicas ...*swagewebhook.Server) {
	t.Helper()
	for i, replica := range replicas {
		server.Await(t, fmt.Sprintf("the leaf at replica %d", i), func() error {
			if !bytes.Equal(served(t, replica.URL)[0].Raw, in.leaf(t)) {
				return errors.New("it serves another")
			}
			return nil
		})
	}
}

// served is the chain that a server serves, whoever trusts it.
func served(t *testing.T, url string) []*x509.Certificate {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // it looks at the chain; others verify
	connection, err := dialer.DialContext(t.Context(), "tcp", url[len("https://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return connection.(*tls.Conn).ConnectionState().PeerCertificates
}

func encodeCertificate(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func inProcess(s *swagewebhook.Server) backend {
	return backend{address: s.URL[len("https://"):], status: s.Status}
}

// retire takes a replica away as Kubernetes does: no new connection goes to it,
// those that exist are left, and it answers what it was asked before it ends.
func (b *balancer) retire(t *testing.T, s *swagewebhook.Server) {
	t.Helper()
	b.remove(inProcess(s))
	server.Await(t, "the balancer to leave it out", func() error {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, ready := range b.ready {
			if ready == inProcess(s) {
				return errors.New("it is ready")
			}
		}
		return nil
	})
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}
