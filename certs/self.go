package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"
)

// Self is the source that needs nobody else: it makes its own authority and
// leaf, shares them with the other replicas through a Secret, and owns the
// bundles of the webhook configurations. Make it with NewSelf.
type Self struct {
	opts SelfOptions
	to   target

	// Only the goroutine of Start touches these.
	overlap     overlap
	readPace    pacer // of live reads that failed
	secretPace  pacer // of writes to the Secret
	memo        memo
	linger      linger
	lingerUntil time.Time

	trust     *trust
	publisher *publisher
	wake      chan struct{}
	serving   atomic.Pointer[pair]

	mu      sync.Mutex     // guards the two below
	secret  *corev1.Secret // as last seen; nil when it is gone
	blocked error          // why this replica is not ready yet; nil for good once it was
}

var _ Source = (*Self)(nil)

// errStarting is the state before the first look at the API server.
var errStarting = errors.New("the Secret and the webhook configurations have not been read yet; " +
	"if this lasts, the role may lack list and watch on them by name")

// NewSelf checks the options; nothing is called before Start.
func NewSelf(opts SelfOptions) (*Self, error) {
	opts.setDefaults()
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("options of the certificate source: %w", err)
	}
	t := newTrust(opts.TrustHold, opts.now)
	return &Self{
		opts:      opts,
		to:        opts.target(),
		overlap:   overlap{trust: t, now: opts.now},
		linger:    linger{},
		trust:     t,
		publisher: newPublisher(applier{opts.Client, opts.FieldManager}, t, opts.now, opts.Logger),
		wake:      make(chan struct{}, 1),
		blocked:   errStarting,
	}, nil
}

// GetCertificate is described at Source.
func (s *Self) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if p := s.serving.Load(); p != nil {
		return p.certificate, nil
	}
	return nil, ErrNotAvailable
}

// Healthy is described at Source.
func (s *Self) Healthy() error {
	s.mu.Lock()
	blocked := s.blocked
	s.mu.Unlock()
	p := s.serving.Load()
	switch {
	case p == nil && blocked != nil && !errors.Is(blocked, ErrNotAvailable):
		return fmt.Errorf("%w: %w", ErrNotAvailable, blocked)
	case p == nil:
		return ErrNotAvailable
	case p.expired(s.opts.now()):
		return fmt.Errorf("the serving certificate expired at %s and could not be replaced; the log says why",
			p.leaf().NotAfter.Format(time.RFC3339))
	}
	return blocked
}

// Expiry is that of the served leaf and of its authority.
func (s *Self) Expiry() Expiry {
	if p := s.serving.Load(); p != nil {
		return expiryOf(p.leaf(), p.authority)
	}
	return Expiry{}
}

// Configurations shows the webhook configurations that exist, sorted. Trust
// that was lost after the start shows here, not in Healthy.
func (s *Self) Configurations() []ConfigurationStatus {
	return s.publisher.status(s.serving.Load())
}

// Start is described at Source. A Secret that does not exist is an error.
func (s *Self) Start(ctx context.Context) error {
	if err := s.awaitSecret(ctx); err != nil {
		return err
	}
	// client-go's watches take their logger from the context.
	ctx, stop := context.WithCancel(logr.NewContextWithSlogLogger(ctx, s.opts.Logger))
	controllers := append(
		[]cache.Controller{watchSecret(s.opts.Client, s.opts.Namespace, s.opts.Secret, s.see)},
		watchConfigurations(s.opts.Client, s.opts.Configurations, s.to, s.trust, s.poke)...)
	wait := run(ctx, controllers)
	defer wait()
	defer stop() // before wait
	if synced(ctx, controllers) {
		s.loop(ctx)
	}
	return nil
}

// awaitSecret returns nil when the Secret exists or ctx is done.
func (s *Self) awaitSecret(ctx context.Context) error {
	var pace pacer
	for ctx.Err() == nil {
		_, err := s.get(ctx)
		switch {
		case err == nil:
			return nil
		case apierrors.IsNotFound(err):
			return fmt.Errorf("the Secret %s/%s does not exist: create it empty (the manifests bring it; "+
				"this server may fill it but not create it): %w", s.opts.Namespace, s.opts.Secret, err)
		}
		s.opts.Logger.Error("cannot read the Secret of the serving certificate, trying again", "error", err)
		pace.try(s.opts.now())
		s.sleep(ctx, pace.pause)
	}
	return nil
}

func (s *Self) loop(ctx context.Context) {
	for ctx.Err() == nil {
		s.sleep(ctx, s.reconcile(ctx))
	}
}

// sleep ends early when something was seen.
func (s *Self) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-timer.C:
	}
}

// seeNewer takes the Secret from an answer to a call, unless the watch has
// delivered something newer meanwhile: then the watch would be silent, and the
// old state would stay.
func (s *Self) seeNewer(secret *corev1.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secret != nil {
		order, err := resourceversion.CompareResourceVersion(s.secret.ResourceVersion, secret.ResourceVersion)
		if err != nil || order >= 0 {
			return
		}
	}
	s.secret = secret
	s.poke()
}

// see takes the Secret from the watch; nil when it was deleted.
func (s *Self) see(secret *corev1.Secret) {
	s.mu.Lock()
	s.secret = secret
	s.mu.Unlock()
	s.poke()
}

func (s *Self) poke() {
	select {
	case s.wake <- struct{}{}:
	default: // one is waiting already, and will see this too
	}
}

func (s *Self) get(ctx context.Context) (*corev1.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return s.opts.Client.CoreV1().Secrets(s.opts.Namespace).Get(ctx, s.opts.Secret, metav1.GetOptions{})
}
