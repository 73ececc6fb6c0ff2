package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// skew is how far clocks of replicas and API servers may differ without a call
// failing: certificates are valid from that long before they are signed, and
// an authority stays in the bundle that long after it expired.
const skew = time.Hour

// organization marks our authorities, so that they can be told from foreign
// ones in a bundle; the organizational unit is the Service they serve.
const organization = "swage.dev"

// mint makes a new authority and one leaf for hosts (the first is the
// Service's). The authority's key never leaves this function: after it
// returned nobody can sign with it again, so that reading the Secret is not
// enough to mint. Hence authority and leaf share one validity: an authority
// without a key has no use beyond its only leaf.
func mint(hosts []string, now time.Time, validity time.Duration) (certPEM, keyPEM []byte, ca *x509.Certificate, err error) {
	authority, authorityKey, err := signAuthority(hosts[0], now, validity)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make an authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make the leaf's key: %w", err)
	}
	leaf := certificate(hosts[0], now, validity)
	leaf.Subject.CommonName = hosts[0]
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames, leaf.IPAddresses = splitHosts(hosts)
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("sign the leaf: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("encode the leaf's key: %w", err)
	}
	return encodePEM(blockCertificate, der), encodePEM(blockKey, pkcs8), authority, nil
}

func signAuthority(host string, now time.Time, validity time.Duration) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := certificate(host, now, validity)
	// A name of its own for each authority: verifiers look for issuers by name
	// first, and half a dozen namesakes in one bundle are a trap for some.
	template.Subject.CommonName = fmt.Sprintf("%s CA %x", organization, template.SerialNumber.Bytes()[:4])
	template.KeyUsage = x509.KeyUsageCertSign
	template.IsCA, template.MaxPathLenZero = true, true
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	authority, err := x509.ParseCertificate(der)
	return authority, key, err
}

func certificate(host string, now time.Time, validity time.Duration) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{organization}, OrganizationalUnit: []string{host}},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(validity),
		BasicConstraintsValid: true,
	}
}

// serial is 128 random bits with the top bit set: RFC 5280 asks for a positive
// number of at most 20 octets, the top bit makes the length constant.
func serial() *big.Int {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // crypto/rand.Read never fails: it ends the program instead
	raw[0] |= 0x80
	return new(big.Int).SetBytes(raw)
}

func splitHosts(hosts []string) (names []string, addresses []net.IP) {
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			addresses = append(addresses, ip)
			continue
		}
		names = append(names, host)
	}
	return names, addresses
}
