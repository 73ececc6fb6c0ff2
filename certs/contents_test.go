package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// minted is a pair signed at a time, valid for a day.
func minted(t *testing.T, at time.Time) *pair {
	t.Helper()
	certPEM, keyPEM, authority, err := mint([]string{testHost, "extra.example", "127.0.0.1"}, at, day)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPair(certPEM, keyPEM, []*x509.Certificate{authority}, []string{testHost, "extra.example", "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// R37: validity, algorithms and uses of what is minted.
func TestR37MintedCertificates(t *testing.T) {
	p := minted(t, noon)
	leaf, ca := p.leaf(), p.authority
	wantMinted(t, "leaf", leaf)
	wantMinted(t, "authority", ca)
	if leaf.IsCA || leaf.KeyUsage != x509.KeyUsageDigitalSignature || len(leaf.ExtKeyUsage) != 1 || leaf.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth {
		t.Error("the leaf may do more than serve")
	}
	if !ca.IsCA || !ca.MaxPathLenZero || ca.KeyUsage != x509.KeyUsageCertSign {
		t.Error("the authority may do more than sign leafs")
	}
	if other := minted(t, noon); other.authority.Subject.String() == ca.Subject.String() {
		t.Error("two authorities have one name")
	}
}

// wantMinted checks what authority and leaf have in common.
func wantMinted(t *testing.T, what string, c *x509.Certificate) {
	t.Helper()
	if !c.NotBefore.Equal(noon.Add(-time.Hour)) || !c.NotAfter.Equal(noon.Add(day)) {
		t.Errorf("%s: valid from %s to %s, want an hour back to a day ahead", what, c.NotBefore, c.NotAfter)
	}
	if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("%s: not ECDSA P-256", what)
	}
	if n := c.SerialNumber.BitLen(); n != 128 {
		t.Errorf("%s: serial number of %d bits", what, n)
	}
}

func TestPairIsVerifiedAsAnAPIServerDoes(t *testing.T) {
	p, stranger := minted(t, noon), minted(t, noon)
	pool := func(cs ...*x509.Certificate) *x509.CertPool {
		roots := x509.NewCertPool()
		for _, c := range cs {
			roots.AddCert(c)
		}
		return roots
	}
	for _, row := range []struct {
		rule  string
		roots *x509.CertPool
		host  string
		at    time.Time
		ok    bool
	}{
		{"its own authority", pool(p.authority), testHost, noon, true},
		{"an extra name", pool(p.authority), "extra.example", noon, true},
		{"an extra address", pool(p.authority), "127.0.0.1", noon, true},
		{"its authority among others", pool(stranger.authority, p.authority), testHost, noon, true},
		{"a clock an hour behind", pool(p.authority), testHost, noon.Add(-time.Hour), true},
		{"a clock further behind", pool(p.authority), testHost, noon.Add(-time.Hour - time.Second), false},
		{"after its end", pool(p.authority), testHost, noon.Add(day + time.Second), false},
		{"another name", pool(p.authority), "other.swage-system.svc", noon, false},
		{"another authority", pool(stranger.authority), testHost, noon, false},
		{"an empty bundle, never the system's roots", pool(), testHost, noon, false},
	} {
		until, err := p.verify(row.roots, row.host, row.at)
		if (err == nil) != row.ok {
			t.Errorf("%s: %v", row.rule, err)
		}
		if row.ok && !until.Equal(noon.Add(day)) {
			t.Errorf("%s: holds until %s", row.rule, until)
		}
	}
}

func TestContentsSurviveTheSecret(t *testing.T) {
	newest, previous := minted(t, noon), minted(t, noon.Add(-time.Hour))
	c := contents{newest: newest, previous: previous, authorities: union([]*x509.Certificate{newest.authority, previous.authority})}
	c.raw = map[string][]byte{"note": []byte("of somebody")}
	got := decode(c.encode(), []string{testHost})
	if got.damage != nil || !got.newest.is(newest) || !got.previous.is(previous) || len(got.authorities) != 2 {
		t.Errorf("came back as %+v", got)
	}
	if string(got.raw["note"]) != "of somebody" {
		t.Error("a key that is not ours was lost")
	}
	if !sameData(got.encode(), c.encode()) {
		t.Error("encoding what was decoded changes bytes: replicas would write for ever")
	}
}

func TestContentsTidied(t *testing.T) {
	p := minted(t, noon)
	old := minted(t, noon.Add(-20*time.Hour))                   // four hours left
	ended := minted(t, noon.Add(-day-30*time.Minute))           // ended half an hour ago
	outlived := minted(t, noon.Add(-day-time.Hour-time.Second)) // ended more than an hour ago
	full := contents{newest: p, previous: old, authorities: []*x509.Certificate{outlived.authority, ended.authority, old.authority}}
	got := full.tidied(p, noon).authorities
	want := []*x509.Certificate{p.authority, old.authority, ended.authority}
	if !bytes.Equal(encodeBundle(got), encodeBundle(want)) {
		t.Errorf("%d authorities, want those of the leafs first, then those that ended within the hour", len(got))
	}
	if q := (contents{newest: p, previous: ended}).tidied(p, noon); q.previous != nil {
		t.Error("the key of an ended leaf stays")
	}
	memory := minted(t, noon)
	got = full.tidied(memory, noon).authorities
	if last := got[len(got)-1]; !last.Equal(memory.authority) {
		t.Error("the authority of a leaf known from memory alone must be added, last")
	}
}

func TestContentsTidiedBoundsTheBundle(t *testing.T) {
	c := contents{newest: minted(t, noon)}
	for range 2 * maxAuthorities {
		c.authorities = append(c.authorities, minted(t, noon).authority)
	}
	serving := minted(t, noon)
	got := c.tidied(serving, noon).authorities
	if len(got) != maxAuthorities || !got[0].Equal(c.newest.authority) || !got[len(got)-1].Equal(serving.authority) {
		t.Errorf("%d authorities, want %d with the newest's and the served one's", len(got), maxAuthorities)
	}
	if size := len(encodeBundle(got)); size > 13<<10 {
		t.Errorf("the fullest bundle has %d bytes, more than its comment says", size)
	}
}

func TestContentsDue(t *testing.T) {
	p := minted(t, noon)
	ok := contents{newest: p, raw: map[string][]byte{keyLeaf: p.certPEM}}
	for _, row := range []struct {
		rule   string
		c      contents
		at     time.Time
		reason string
	}{
		{"fresh", ok, noon, ""},
		{"a second before its time", ok, noon.Add(16*time.Hour - time.Second), ""},
		{"its time", ok, noon.Add(16 * time.Hour), "renewal"},
		{"signed by a clock ahead", ok, noon.Add(-2 * time.Hour), "not valid yet"},
		{"empty", contents{}, noon, "empty"},
		{"unusable", contents{raw: map[string][]byte{keyLeaf: []byte("x")}, damage: errKey}, noon, "no usable leaf"},
	} {
		err := row.c.due(row.at, 8*time.Hour)
		if (err == nil) != (row.reason == "") || err != nil && !strings.Contains(err.Error(), row.reason) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

func TestBundleKeepsWhatParses(t *testing.T) {
	a, b := minted(t, noon), minted(t, noon)
	good := encodeBundle([]*x509.Certificate{a.authority, b.authority})
	for _, row := range []struct {
		rule string
		raw  []byte
		n    int
		ok   bool
	}{
		{"nothing", nil, 0, true},
		{"two", good, 2, true},
		{"blank lines around", []byte("\n\n" + string(good) + "\n\n"), 2, true},
		{"garbage behind", append(bytes.Clone(good), "garbage"...), 2, false},
		{"a leaf between", bytes.Join([][]byte{encodePEM(blockCertificate, a.authority.Raw), a.certPEM, encodePEM(blockCertificate, b.authority.Raw)}, nil), 2, false},
		{"a key between", bytes.Join([][]byte{encodePEM(blockCertificate, a.authority.Raw), a.keyPEM}, nil), 1, false},
		{"a broken certificate", encodePEM(blockCertificate, []byte("x")), 0, false},
	} {
		got, err := decodeBundle(row.raw)
		if len(got) != row.n || (err == nil) != row.ok {
			t.Errorf("%s: %d authorities, %v", row.rule, len(got), err)
		}
		if err != nil && strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: the error tells of a key: %v", row.rule, err)
		}
	}
}
