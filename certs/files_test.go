package certs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mount writes a pair the way a volume of a Secret shows it.
func mount(t *testing.T, dir string, p *pair) {
	t.Helper()
	for name, content := range map[string][]byte{
		keyPrivate: p.keyPEM, keyLeaf: p.certPEM, keyAuthorities: encodePEM(blockCertificate, p.authority.Raw),
	} {
		// Renamed into place: half a file must never be read.
		if err := os.WriteFile(filepath.Join(dir, name+".new"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, name+".new"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func startFiles(t *testing.T, opts FilesOptions) (*Files, func()) {
	t.Helper()
	f, err := NewFiles(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Healthy(); !errors.Is(err, ErrNotAvailable) {
		t.Errorf("before Start: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Start(ctx) }()
	return f, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Start: %v", err)
		}
	}
}

// eventually waits for what only the file system can bring about. It ends with
// the test's deadline, not by a time of its own.
func eventually(t *testing.T, f *Files, leaf *pair) {
	t.Helper()
	for {
		if got, err := f.leaf(); err == nil && got.Equal(leaf.leaf()) {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the leaf never came")
		case <-time.After(time.Millisecond):
		}
	}
}

func TestFilesFollowTheMount(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	first, second, ended := minted(t, now), minted(t, now.Add(-time.Hour)), minted(t, now.Add(-2*day))
	mount(t, dir, first)
	f, stop := startFiles(t, FilesOptions{Dir: dir, Host: testHost, Interval: time.Millisecond})
	eventually(t, f, first)
	if err := f.Healthy(); err != nil {
		t.Error(err)
	}
	if e := f.Expiry(); !e.Leaf.Equal(first.leaf().NotAfter) || !e.CA.Equal(first.authority.NotAfter) {
		t.Errorf("expiry %v", e)
	}
	mount(t, dir, second)
	eventually(t, f, second)
	if err := os.Remove(filepath.Join(dir, keyAuthorities)); err != nil {
		t.Fatal(err)
	}
	if e := f.Expiry(); !e.Leaf.Equal(second.leaf().NotAfter) || !e.CA.IsZero() {
		t.Errorf("expiry without ca.crt: %v", e)
	}
	mount(t, dir, ended)
	eventually(t, f, ended)
	if err := f.Healthy(); err == nil {
		t.Error("healthy with an expired leaf: certwatcher does not look at that, we must")
	}
	stop()
}

func TestFilesRefuseWhatCannotWork(t *testing.T) {
	p, stranger := minted(t, time.Now()), minted(t, time.Now())
	for _, row := range []struct {
		rule    string
		prepare func(dir string)
		mention string
	}{
		{"an empty directory", func(string) {}, "must hold tls.crt and tls.key"},
		{"a key of another leaf", func(dir string) {
			mount(t, dir, p)
			_ = os.WriteFile(filepath.Join(dir, keyPrivate), stranger.keyPEM, 0o600)
		}, "belong together"},
		{"a ca.crt that does not verify", func(dir string) {
			mount(t, dir, p)
			_ = os.WriteFile(filepath.Join(dir, keyAuthorities), encodePEM(blockCertificate, stranger.authority.Raw), 0o600)
		}, "does not verify"},
		{"a leaf for another host", func(dir string) { mount(t, dir, foreignPair("other.ns.svc")) }, "not for the name"},
	} {
		dir := t.TempDir()
		row.prepare(dir)
		f, err := NewFiles(FilesOptions{Dir: dir, Host: testHost})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Start(t.Context()); err == nil || !strings.Contains(err.Error(), row.mention) {
			t.Errorf("%s: %v", row.rule, err)
		}
		if _, err := f.GetCertificate(nil); !errors.Is(err, ErrNotAvailable) {
			t.Errorf("%s: serves all the same: %v", row.rule, err)
		}
	}
	if _, err := NewFiles(FilesOptions{}); err == nil {
		t.Error("a directory is needed")
	}
}
