// Package testca is a certificate authority for the programs of a test: the API
// server, its clients, and a webhook that the API server must trust.
//
// It shares no code with the product's certificates, which the tests judge.
package testca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync/atomic"
	"time"
)

// Lifetime of every certificate: no test runs longer, and a key found later in
// some log opens nothing.
const Lifetime = 24 * time.Hour

// CA signs certificates. It may be used concurrently.
type CA struct {
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
	pem    []byte
	serial atomic.Int64
}

// New makes a certificate authority.
func New() (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := &CA{key: key}
	template := ca.template(pkix.Name{CommonName: "swage-test-ca"})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	ca.pem = encode("CERTIFICATE", der)
	ca.cert, err = x509.ParseCertificate(der)
	return ca, err
}

// PEM is the authority's certificate, which those who shall trust it need.
func (ca *CA) PEM() []byte { return ca.pem }

// Issue makes a certificate and its key, both PEM: for serving on this machine's
// loopback interface and as the hosts given, names or addresses, and for a
// client that Kubernetes sees as subject.
func (ca *CA) Issue(subject pkix.Name, hosts ...string) (cert, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := ca.template(subject)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	template.DNSNames = []string{"localhost"}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, private.Public(), ca.key)
	if err != nil {
		return nil, nil, err
	}
	key, err = encodeKey(private)
	return encode("CERTIFICATE", der), key, err
}

// Key makes a private key without a certificate, PEM.
func Key() ([]byte, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return encodeKey(private)
}

func (ca *CA) template(subject pkix.Name) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject: subject, SerialNumber: big.NewInt(ca.serial.Add(1)),
		NotBefore: now.Add(-time.Minute), NotAfter: now.Add(Lifetime),
	}
}

// encodeKey uses the older form of the two, SEC 1: the API server reads its
// ServiceAccount key in no other.
func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	return encode("EC PRIVATE KEY", der), err
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
