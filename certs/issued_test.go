package certs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"
)

// Whatever kind of key an issuer is told to use, and however it writes it: a
// client that trusts the bundle alone connects, by the whole chain.
func TestIssuedKeysAndChainsConnect(t *testing.T) {
	root := newIssuer(t, "root")
	deep := root.below("intermediate").below("lower intermediate")
	other := encodePEM(blockCertificate, newIssuer(t, "other").cert.Raw)
	plain := root.issue(day, testHost)
	replaced := func(data map[string][]byte, ca []byte) map[string][]byte {
		data[keyAuthorities] = ca
		return data
	}
	for _, row := range []struct {
		rule   string
		data   map[string][]byte
		length int    // of the chain that is served
		remark string // "" for none
	}{
		{"ECDSA as PKCS#8", root.issueFor(pkcs8(t, ecdsaKey(t)), day, testHost), 1, ""},
		{"ECDSA as SEC 1, cert-manager's default for it", root.issueFor(sec1(t, ecdsaKey(t)), day, testHost), 1, ""},
		{"RSA as PKCS#8", root.issueFor(pkcs8(t, rsaKey(t)), day, testHost), 1, ""},
		{"RSA as PKCS#1, cert-manager's default", root.issueFor(pkcs1(t, rsaKey(t)), day, testHost), 1, ""},
		{"Ed25519", root.issueFor(pkcs8(t, ed25519Key(t)), day, testHost), 1, ""},
		{"intermediates are kept", deep.issue(day, testHost), 3, ""},
		{"more names than the Service's", root.issue(day, "a.example", testHost, testHost+".cluster.local"), 1, ""},
		{"several authorities, the right one last", replaced(root.issue(day, testHost), append(bytes.Clone(other), plain[keyAuthorities]...)), 1, ""},
		{"garbage among the authorities", replaced(root.issue(day, testHost), append([]byte("# ours\n"), plain[keyAuthorities]...)), 1, ""},
		{"no ca.crt, as of a public issuer", without(deep.issue(day, testHost), keyAuthorities), 3, "is missing"},
		{"ca.crt of another issuer", replaced(deep.issue(day, testHost), other), 3, "does not verify"},
		{"ca.crt that cannot be read", replaced(deep.issue(day, testHost), []byte("garbage")), 3, "cannot be read"},
		{"a leaf that signed itself", selfSignedLeaf(t, day, testHost), 1, ""},
		{"a leaf that signed itself, without ca.crt", without(selfSignedLeaf(t, day, testHost), keyAuthorities), 1, "is missing"},
	} {
		p, remark, err := issued(row.data, []string{testHost})
		if err != nil {
			t.Errorf("%s: %v", row.rule, err)
			continue
		}
		if (remark == "") != (row.remark == "") || !strings.Contains(remark, row.remark) {
			t.Errorf("%s: remark %q, want %q", row.rule, remark, row.remark)
		}
		served, err := connect(t, p)
		if err != nil || len(served) != row.length {
			t.Errorf("%s: a chain of %d is served, want %d; %v", row.rule, len(served), row.length, err)
		}
	}
}

// connect is what an API server does with the bundle.
func connect(t *testing.T, p *pair) ([]*x509.Certificate, error) {
	t.Helper()
	src := &front{}
	src.serving.Store(p)
	server := TLSConfig(sourceOf{src})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(encodeBundle([]*x509.Certificate{p.authority}))
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	done := make(chan error, 1)
	go func() { done <- tls.Server(far, server).HandshakeContext(t.Context()) }()
	client := tls.Client(near, &tls.Config{RootCAs: roots, ServerName: testHost, MinVersion: tls.VersionTLS13})
	err := client.HandshakeContext(t.Context())
	if err == nil {
		err = <-done
	}
	return client.ConnectionState().PeerCertificates, err
}

// sourceOf is a source that was started.
type sourceOf struct{ *front }

func (sourceOf) Start(context.Context) error { return nil }

// What cannot be served is told without a word of the key.
func TestIssuedRefusesWhatCannotWork(t *testing.T) {
	root := newIssuer(t, "root")
	good := root.issue(day, testHost)
	for _, row := range []struct {
		rule string
		data map[string][]byte
		says string
	}{
		{"nothing", nil, "nothing has been issued"},
		{"only ca.crt", without(good, keyLeaf, keyPrivate), "nothing has been issued"},
		{"no leaf", without(good, keyLeaf), "missing or not PEM"},
		{"no key", without(good, keyPrivate), "private key"},
		{"a key of another", map[string][]byte{keyLeaf: good[keyLeaf], keyAuthorities: good[keyAuthorities], keyPrivate: root.issue(day, testHost)[keyPrivate]}, "private key"},
		{"another host", root.issue(day, "other.svc"), "other.svc"},
		{"a leaf for clients", clientLeaf(t, root), "usage"},
		{"no authority at all", without(good, keyAuthorities), "brings no authority along"},
	} {
		p, _, err := issued(row.data, []string{testHost})
		if err == nil || p != nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.rule, err)
		}
		if err != nil && strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: PEM in an error: %v", row.rule, err)
		}
	}
}

func clientLeaf(t *testing.T, i *issuer) map[string][]byte {
	t.Helper()
	template, key := leafTemplate(day, testHost), pkcs8(t, ecdsaKey(t))
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	cert := i.sign(template, i.cert, i.key, key.Public())
	return map[string][]byte{
		keyLeaf: encodePEM(blockCertificate, cert.Raw), keyPrivate: key.pem, keyAuthorities: encodePEM(blockCertificate, i.root.Raw),
	}
}

// The same leaf is another pair when its chain or its authority is another: who
// trusts one need not trust the other.
func TestAPairIsItsChainAndItsAuthority(t *testing.T) {
	root := newIssuer(t, "root")
	deep := root.below("intermediate")
	data := deep.issue(day, testHost)
	read := func(data map[string][]byte) *pair {
		t.Helper()
		p, _, err := issued(data, []string{testHost})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first, anchor := read(data), read(without(data, keyAuthorities))
	if first.is(anchor) || !bytes.Equal(first.leaf().Raw, anchor.leaf().Raw) {
		t.Error("another authority must make another pair of the same leaf")
	}
	if !first.is(read(data)) {
		t.Error("read twice it is the same")
	}
}

// An authority that was renewed with its key after the leaf was made verifies it.
func TestIssuedBeforeItsAuthorityWasRenewed(t *testing.T) {
	root := newIssuer(t, "root")
	data := root.issue(day, testHost)
	renewed := authorityTemplate("root")
	renewed.NotBefore = time.Now().Add(2 * time.Second)
	cert := root.sign(renewed, nil, root.key, root.key.Public())
	data[keyAuthorities] = encodePEM(blockCertificate, cert.Raw)
	p, remark, err := issued(data, []string{testHost})
	if err != nil || remark != "" || !p.authority.Equal(cert) {
		t.Errorf("remark %q, %v", remark, err)
	}
}
