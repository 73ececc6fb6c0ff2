package certs

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// Self is the source that needs nobody else: it makes its own authority and
// leaf, shares them with the other replicas through a Secret, and owns the
// bundles of the webhook configurations. Make it with NewSelf.
type Self struct {
	front
	inbox

	opts  SelfOptions
	to    target
	trust *trust

	// Only the goroutine of Start touches these.
	overlap     overlap
	readPace    pacer // of live reads that failed
	secretPace  pacer // of writes to the Secret
	memo        memo
	linger      linger // of this source's own authorities
	guests      linger // of a sibling's that has another source
	lingerUntil time.Time
}

var _ Source = (*Self)(nil)

// NewSelf checks the options; nothing is called before Start.
func NewSelf(opts SelfOptions) (*Self, error) {
	opts.setDefaults()
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("options of the certificate source: %w", err)
	}
	t := newTrust(opts.TrustHold, opts.now)
	return &Self{
		front:   newFront(newPublisher(applier{opts.Client, opts.FieldManager}, t, opts.now, opts.Logger)),
		inbox:   newInbox(),
		opts:    opts,
		to:      opts.target(),
		trust:   t,
		overlap: overlap{trust: t, now: opts.now},
		linger:  linger{},
		guests:  linger{},
	}, nil
}

// Start is described at Source. A Secret that does not exist is an error.
func (s *Self) Start(ctx context.Context) error {
	if err := s.awaitSecret(ctx); err != nil {
		return err
	}
	controllers := append(
		[]cache.Controller{watchSecret(s.opts.Client, s.opts.Namespace, s.opts.Secret, s.see)},
		watchConfigurations(s.opts.Client, s.opts.Configurations, s.to, s.trust, s.poke)...)
	s.work(ctx, s.opts.Logger, controllers, s.reconcile)
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

func (s *Self) get(ctx context.Context) (*corev1.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return s.opts.Client.CoreV1().Secrets(s.opts.Namespace).Get(ctx, s.opts.Secret, metav1.GetOptions{})
}
