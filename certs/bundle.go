package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

const (
	blockCertificate = "CERTIFICATE"
	blockKey         = "PRIVATE KEY"
)

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// encodeBundle is a caBundle: the same authorities in the same order give the
// same bytes, so that replicas that agree do not write.
func encodeBundle(authorities []*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, authority := range authorities {
		out.Write(encodePEM(blockCertificate, authority.Raw))
	}
	return out.Bytes()
}

// decodeBundle keeps every authority that parses; the error tells of the rest.
func decodeBundle(raw []byte) ([]*x509.Certificate, error) {
	var authorities []*x509.Certificate
	var problems []error
	for rest := bytes.TrimSpace(raw); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		block, after := pem.Decode(rest)
		if block == nil {
			problems = append(problems, errors.New("text that is not PEM"))
			break
		}
		rest = after
		authority, err := parseAuthority(block)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		authorities = append(authorities, authority)
	}
	return authorities, errors.Join(problems...)
}

func parseAuthority(block *pem.Block) (*x509.Certificate, error) {
	if block.Type != blockCertificate {
		// Not the type's text: it comes from outside and ends in a log.
		return nil, errors.New("a PEM block that is not a certificate")
	}
	authority, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("a certificate that does not parse: %w", err)
	}
	if !authority.IsCA && !selfSigned(authority) {
		return nil, errors.New("a certificate that is not an authority")
	}
	return authority, nil
}

// selfSigned leafs are their own authority: verifiers take them for what they
// are when they find them among the roots.
func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// sameBundle is true for the same authorities in whatever order: replicas that
// have different sources order them differently, and must not rewrite each
// other's for that.
func sameBundle(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	in, errIn := decodeBundle(a)
	of, errOf := decodeBundle(b)
	return errIn == nil && errOf == nil && len(in) == len(of) && len(union(in, of)) == len(in)
}

// union keeps the first of equal authorities, in order.
func union(lists ...[]*x509.Certificate) []*x509.Certificate {
	var all []*x509.Certificate
	for _, authority := range slices.Concat(lists...) {
		if authority != nil && !slices.ContainsFunc(all, authority.Equal) {
			all = append(all, authority)
		}
	}
	return all
}

// bundle is what the configurations should hold.
type bundle struct {
	wanted  []*x509.Certificate // in each of them
	staying []*x509.Certificate // only where they are already, see linger
}

// in is the bundle for one configuration. What stays is not carried over from
// others: replicas whose graces end at different moments would hand it round.
func (u bundle) in(b *belief) []byte {
	all := slices.Clone(u.wanted)
	for _, authority := range u.staying {
		if slices.ContainsFunc(b.authorities, authority.Equal) {
			all = append(all, authority)
		}
	}
	return encodeBundle(all)
}
