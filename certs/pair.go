package certs

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// identity tells pairs apart: the SHA-256 of the chain that is served and of the
// authority. The same leaf with another chain, or vouched for by another
// authority, is another pair: API servers may trust one and not the other.
type identity [sha256.Size]byte

// pair is a leaf with its key, and the authority that vouches for it. It is
// only made by newPair: the leaf parses, the key belongs to it, and the
// authority verifies it for every host.
type pair struct {
	certificate     *tls.Certificate
	authority       *x509.Certificate
	id              identity
	certPEM, keyPEM []byte
}

// LogValue keeps the key out of every log, whoever logs a pair.
func (p *pair) LogValue() slog.Value {
	fingerprint := sha256.Sum256(p.leaf().Raw)
	return slog.GroupValue(
		slog.String("sha256", hex.EncodeToString(fingerprint[:8])),
		slog.Time("notAfter", p.leaf().NotAfter),
	)
}

func (p *pair) leaf() *x509.Certificate { return p.certificate.Leaf }

func (p *pair) is(other *pair) bool {
	return p != nil && other != nil && p.id == other.id
}

func (p *pair) expired(now time.Time) bool { return !now.Before(p.leaf().NotAfter) }

// verify checks the leaf as an API server does that calls host and trusts
// roots alone. It returns until when that holds.
func (p *pair) verify(roots *x509.CertPool, host string, now time.Time) (until time.Time, err error) {
	intermediates := x509.NewCertPool()
	for _, der := range p.certificate.Certificate[1:] {
		if c, err := x509.ParseCertificate(der); err == nil {
			intermediates.AddCert(c)
		}
	}
	chains, err := p.leaf().Verify(x509.VerifyOptions{
		DNSName:       host,
		Roots:         roots,
		Intermediates: intermediates,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	for _, chain := range chains {
		if end := endOf(chain); end.After(until) {
			until = end
		}
	}
	return until, err
}

func endOf(chain []*x509.Certificate) time.Time {
	end := chain[0].NotAfter
	for _, c := range chain[1:] {
		if c.NotAfter.Before(end) {
			end = c.NotAfter
		}
	}
	return end
}

// errKey stands for every way in which a key can be wrong. The cause is left
// out on purpose: this text reaches logs, and nothing derived from a private
// key ever may.
var errKey = errors.New("the private key does not parse or does not belong to the certificate")

// newPair finds the authority that verifies the leaf for all hosts. A leaf
// outside its validity is still a pair: when to use it is for the caller.
func newPair(certPEM, keyPEM []byte, authorities []*x509.Certificate, hosts []string) (*pair, error) {
	if block, _ := pem.Decode(certPEM); block == nil {
		return nil, errors.New("the certificate is missing or not PEM")
	}
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, errKey
	}
	p := &pair{certificate: &cert, certPEM: certPEM, keyPEM: keyPEM}
	for _, authority := range authorities {
		if err = p.verifyHosts(authority, hosts); err == nil {
			p.authority = authority
			p.id = sha256.Sum256(slices.Concat(append(slices.Clone(cert.Certificate), authority.Raw)...))
			return p, nil
		}
	}
	if err == nil {
		err = errors.New("there is no authority to verify it")
	}
	return nil, fmt.Errorf("no known authority verifies the leaf for %q: %w", hosts, err)
}

func (p *pair) verifyHosts(authority *x509.Certificate, hosts []string) error {
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	begin := p.leaf().NotBefore
	if authority.NotBefore.After(begin) { // its issuer renewed it, with the same key
		begin = authority.NotBefore
	}
	for _, host := range hosts {
		if _, err := p.verify(roots, host, begin); err != nil {
			return err
		}
	}
	return nil
}
