package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
)

// FilesOptions say what a Files source reads. Dir is required.
type FilesOptions struct {
	// Dir is a mounted directory with tls.crt, tls.key and, optionally, ca.crt:
	// what a volume of a kubernetes.io/tls Secret looks like.
	Dir string

	// Host is the name that API servers call, <service>.<namespace>.svc. Start
	// fails if the leaf is not for it. Default "": not checked.
	Host string

	// Interval is how often the files are read even without a notification (a
	// volume's symlinks are swapped in ways that inotify may miss). Default 10 s,
	// controller-runtime's own.
	Interval time.Duration
}

// Files is the source whose certificate somebody else puts into a directory,
// and renews. It follows the files and writes nothing: the bundles of the
// webhook configurations are the mounter's, and so is their overlap while an
// authority changes. Make it with NewFiles.
type Files struct {
	opts    FilesOptions
	watcher atomic.Pointer[certwatcher.CertWatcher]
}

var _ Source = (*Files)(nil)

// NewFiles reads nothing before Start.
func NewFiles(opts FilesOptions) (*Files, error) {
	if opts.Dir == "" {
		return nil, errors.New("options of the certificate source: a Dir is required")
	}
	opts.Interval = cmp.Or(opts.Interval, 10*time.Second)
	return &Files{opts: opts}, nil
}

// Start is described at Source. Files that are missing, do not fit together or
// are for another host are an error. (The goroutine of certwatcher that reads
// inotify is told to end, but ends a moment after Start: it has no way to wait
// for it.)
func (f *Files) Start(ctx context.Context) error {
	if err := f.check(); err != nil {
		return err
	}
	watcher, err := certwatcher.New(f.path(keyLeaf), f.path(keyPrivate))
	if err != nil {
		return fmt.Errorf("watch the directory %s: %w", f.opts.Dir, err)
	}
	f.watcher.Store(watcher.WithWatchInterval(f.opts.Interval))
	return watcher.Start(ctx)
}

// check finds at the start what would fail every call later.
func (f *Files) check() error {
	cert, err := tls.LoadX509KeyPair(f.path(keyLeaf), f.path(keyPrivate))
	if err != nil {
		return fmt.Errorf("the directory %s must hold %s and %s that belong together (mount a kubernetes.io/tls Secret there): %w",
			f.opts.Dir, keyLeaf, keyPrivate, err)
	}
	if f.opts.Host != "" {
		if err := cert.Leaf.VerifyHostname(f.opts.Host); err != nil {
			return fmt.Errorf("%s is not for the name that API servers call (its Service's, or the one in a URL): %w", f.path(keyLeaf), err)
		}
	}
	authorities, err := f.authorities()
	if err != nil || len(authorities) == 0 {
		return err
	}
	roots := x509.NewCertPool()
	for _, authority := range authorities {
		roots.AddCert(authority)
	}
	p := &pair{certificate: &cert}
	if _, err := p.verify(roots, "", cert.Leaf.NotBefore); err != nil {
		return fmt.Errorf("%s does not verify %s: %w", f.path(keyAuthorities), keyLeaf, err)
	}
	return nil
}

// GetCertificate is described at Source.
func (f *Files) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	watcher := f.watcher.Load()
	if watcher == nil {
		return nil, ErrNotAvailable
	}
	return watcher.GetCertificate(hello)
}

// Healthy is described at Source. Nobody told this source which configurations
// to look at, so it checks the leaf alone.
func (f *Files) Healthy() error {
	leaf, err := f.leaf()
	if err != nil {
		return err
	}
	if now := time.Now(); now.Before(leaf.NotBefore) || !now.Before(leaf.NotAfter) {
		return fmt.Errorf("%s is valid from %s to %s only: whoever mounts it must renew it",
			f.path(keyLeaf), leaf.NotBefore.Format(time.RFC3339), leaf.NotAfter.Format(time.RFC3339))
	}
	return nil
}

// Expiry is that of the leaf, and of the first authority in ca.crt if there is
// one. It reads that file: call it once a scrape.
func (f *Files) Expiry() Expiry {
	leaf, err := f.leaf()
	if err != nil {
		return Expiry{}
	}
	authorities, err := f.authorities()
	if err != nil || len(authorities) == 0 {
		return expiryOf(leaf, nil)
	}
	return expiryOf(leaf, authorities[0])
}

func (f *Files) leaf() (*x509.Certificate, error) {
	cert, err := f.GetCertificate(nil)
	if err != nil {
		return nil, err
	}
	return cert.Leaf, nil
}

func (f *Files) authorities() ([]*x509.Certificate, error) {
	raw, err := os.ReadFile(f.path(keyAuthorities))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	authorities, err := decodeBundle(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(keyAuthorities), err)
	}
	return authorities, nil
}

func (f *Files) path(name string) string { return filepath.Join(f.opts.Dir, name) }
