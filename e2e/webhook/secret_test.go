package webhook_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// awaitSoundSecret waits until the Secret holds a leaf, its key, and an
// authority that verifies it.
func awaitSoundSecret(t *testing.T, namespace string) {
	t.Helper()
	server.Await(t, "a sound Secret", func() error {
		_, err := leafInSecret(t, namespace)
		return err
	})
}

// soundSecret is the leaf in the Secret.
func soundSecret(t *testing.T, namespace string) *x509.Certificate {
	t.Helper()
	leaf, err := leafInSecret(t, namespace)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func leafInSecret(t *testing.T, namespace string) (*x509.Certificate, error) {
	t.Helper()
	secret, err := server.Client().CoreV1().Secrets(namespace).Get(t.Context(), ownSecret, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(secret.Data["tls.crt"], secret.Data["tls.key"])
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(secret.Data["ca.crt"]) {
		return nil, errors.New("no authority")
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "127.0.0.1", CurrentTime: pair.Leaf.NotBefore})
	return pair.Leaf, err
}
