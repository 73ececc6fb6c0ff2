package certs

import (
	"context"
	"crypto/tls"
	"errors"
)

// ErrNotAvailable says that a source has no certificate to serve (yet). The
// TLS handshake fails, so the caller's failurePolicy decides; retry later.
var ErrNotAvailable = errors.New("no serving certificate is available yet")

// ErrNotTrusted says that some webhook configuration's bundle does not verify
// the leaf that would be served: a call through it would fail.
var ErrNotTrusted = errors.New("the serving certificate is not trusted")

// Source is where the serving certificate comes from.
//
// A source is started once. Its methods may be called from any goroutine, also
// before Start and after it returned.
type Source interface {
	// GetCertificate returns the leaf to serve now, for tls.Config. It never
	// blocks and never calls out. Without a leaf it returns ErrNotAvailable.
	// The certificate is shared: do not modify it.
	GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error)

	// Start loads the leaf, keeps it fresh and returns when ctx is done (nil)
	// or when the source can never work as it is installed (an error that says
	// what to do). Every goroutine it began has ended when it returns. What may
	// pass by itself (an unreachable API server, damaged content) is retried
	// and shown by Healthy, not returned.
	Start(ctx context.Context) error

	// Healthy is nil when this process is fit to be Ready: a leaf is loaded, it
	// is valid now, and it has been trusted by all who check it at least once.
	// Trust that is lost later is healed and shown elsewhere; it never makes
	// Healthy fail, for all replicas would leave the Service together.
	Healthy() error
}
