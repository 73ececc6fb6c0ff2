package certs

import (
	"crypto/x509"
	"time"
)

// Expiry tells metrics until when the served certificates are valid; the
// gauge swage_certificate_expiry_timestamp_seconds{certificate} shows its
// fields under "leaf" and "ca". A zero time is one that is not known: not
// loaded yet, or (files without ca.crt) never told.
type Expiry struct {
	Leaf, CA time.Time
}

func expiryOf(leaf, ca *x509.Certificate) Expiry {
	var e Expiry
	if leaf != nil {
		e.Leaf = leaf.NotAfter
	}
	if ca != nil {
		e.CA = ca.NotAfter
	}
	return e
}
