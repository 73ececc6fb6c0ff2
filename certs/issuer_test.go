package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"maps"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// issuer plays cert-manager's part, with an authority that lasts ten years.
type issuer struct {
	t     *testing.T
	cert  *x509.Certificate
	key   crypto.Signer
	root  *x509.Certificate
	chain []byte // what comes with a leaf besides itself
}

func newIssuer(t *testing.T, name string) *issuer {
	t.Helper()
	i := &issuer{t: t}
	i.key = ecdsaKey(t)
	i.cert = i.sign(authorityTemplate(name), nil, i.key, i.key.Public())
	i.root = i.cert
	return i
}

// below is an intermediate authority of i.
func (i *issuer) below(name string) *issuer {
	i.t.Helper()
	key := ecdsaKey(i.t)
	cert := i.sign(authorityTemplate(name), i.cert, i.key, key.Public())
	return &issuer{t: i.t, cert: cert, key: key, root: i.root, chain: append(encodePEM(blockCertificate, cert.Raw), i.chain...)}
}

func authorityTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: name}, BasicConstraintsValid: true, IsCA: true,
		NotBefore: time.Now(), NotAfter: time.Now().Add(10 * 365 * day), KeyUsage: x509.KeyUsageCertSign,
	}
}

// leafTemplate is as cert-manager makes them: no name but the hosts, and valid
// from now on.
func leafTemplate(validity time.Duration, hosts ...string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(), DNSNames: hosts, BasicConstraintsValid: true,
		NotBefore: time.Now(), NotAfter: time.Now().Add(validity),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

func (i *issuer) sign(template, parent *x509.Certificate, key crypto.Signer, public crypto.PublicKey) *x509.Certificate {
	i.t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		i.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		i.t.Fatal(err)
	}
	return cert
}

// issue is a Secret's data with a new leaf.
func (i *issuer) issue(validity time.Duration, hosts ...string) map[string][]byte {
	i.t.Helper()
	return i.issueFor(pkcs8(i.t, ecdsaKey(i.t)), validity, hosts...)
}

func (i *issuer) issueFor(key privateKey, validity time.Duration, hosts ...string) map[string][]byte {
	i.t.Helper()
	cert := i.sign(leafTemplate(validity, hosts...), i.cert, i.key, key.Public())
	return map[string][]byte{
		keyLeaf:        append(encodePEM(blockCertificate, cert.Raw), i.chain...),
		keyPrivate:     key.pem,
		keyAuthorities: encodePEM(blockCertificate, i.root.Raw),
	}
}

// selfSignedLeaf is what a SelfSigned Issuer makes: the leaf is its authority.
func selfSignedLeaf(t *testing.T, validity time.Duration, hosts ...string) map[string][]byte {
	t.Helper()
	key := pkcs8(t, ecdsaKey(t))
	cert := (&issuer{t: t}).sign(leafTemplate(validity, hosts...), nil, key.Signer, key.Public())
	text := encodePEM(blockCertificate, cert.Raw)
	return map[string][]byte{keyLeaf: text, keyPrivate: key.pem, keyAuthorities: text}
}

func without(data map[string][]byte, keys ...string) map[string][]byte {
	data = maps.Clone(data)
	for _, key := range keys {
		delete(data, key)
	}
	return data
}

// privateKey is a key with its text in one of the notations that cert-manager
// can be told to use.
type privateKey struct {
	crypto.Signer
	pem []byte
}

func ecdsaKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ed25519Key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pkcs8(t *testing.T, key crypto.Signer) privateKey {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return privateKey{key, encodePEM(blockKey, der)}
}

func pkcs1(t *testing.T, key *rsa.PrivateKey) privateKey {
	t.Helper()
	return privateKey{key, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})}
}

func sec1(t *testing.T, key *ecdsa.PrivateKey) privateKey {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return privateKey{key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})}
}

// putIssued replaces the data of the Secret that a CertManager reads, or makes it.
func (w *world) putIssued(data map[string][]byte) {
	w.t.Helper()
	w.put(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: issuedRef.name, Namespace: testNamespace}, Data: data})
}

// issued is what is in that Secret now.
func (w *world) issued() map[string][]byte {
	w.t.Helper()
	return maps.Clone(w.api.current(issuedRef).(*corev1.Secret).Data)
}
