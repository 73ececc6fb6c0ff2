package certs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// front is the side of a source that other goroutines see: the leaf that is
// served, and whether this replica is fit to be Ready.
type front struct {
	publisher *publisher
	serving   atomic.Pointer[pair]

	mu      sync.Mutex
	blocked error // why this replica is not ready yet; nil for good once it was; guarded by mu
}

// errStarting is the state before the first look at the API server.
var errStarting = errors.New("the Secret and the webhook configurations have not been read yet; " +
	"if this lasts, the role may lack list and watch on them by name")

func newFront(p *publisher) front { return front{publisher: p, blocked: errStarting} }

// GetCertificate is described at Source.
func (f *front) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if p := f.serving.Load(); p != nil {
		return p.certificate, nil
	}
	return nil, ErrNotAvailable
}

// Healthy is described at Source.
func (f *front) Healthy() error {
	f.mu.Lock()
	blocked := f.blocked
	f.mu.Unlock()
	p := f.serving.Load()
	switch {
	case p == nil && blocked != nil && !errors.Is(blocked, ErrNotAvailable):
		return fmt.Errorf("%w: %w", ErrNotAvailable, blocked)
	case p == nil:
		return ErrNotAvailable
	case p.expired(f.publisher.now()):
		return fmt.Errorf("the serving certificate expired at %s and could not be replaced; the log says why",
			p.leaf().NotAfter.Format(time.RFC3339))
	}
	return blocked
}

// Expiry is that of the served leaf and of its authority.
func (f *front) Expiry() Expiry {
	if p := f.serving.Load(); p != nil {
		return expiryOf(p.leaf(), p.authority)
	}
	return Expiry{}
}

// Configurations shows the webhook configurations that exist, sorted. Trust
// that was lost after the start shows here, not in Healthy.
func (f *front) Configurations() []ConfigurationStatus {
	return f.publisher.status(f.serving.Load())
}

// show publishes the outcome of a step.
func (f *front) show(serving *pair, blocked error) {
	f.publisher.note(serving)
	if before := f.serving.Swap(serving); serving != nil && !serving.is(before) {
		f.publisher.log.Info("serving a certificate", "leaf", serving)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blocked = blocked
}
