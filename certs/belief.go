package certs

import (
	"crypto/x509"
	"fmt"
	"sync"
	"time"
)

// belief is one configuration as last seen, and which leafs it trusts.
type belief struct {
	configuration
	authorities []*x509.Certificate            // of all bundles, as far as they parse
	owned       map[string][]*x509.Certificate // those that a field manager wrote, by its name

	since map[identity]time.Time // guarded by trust: since when a candidate is trusted without a break

	mu    sync.Mutex             // guards what follows
	until map[identity]time.Time // leafs that were verified: until when that holds
}

func newBelief(c configuration) *belief {
	b := &belief{configuration: c, owned: map[string][]*x509.Certificate{}, since: map[identity]time.Time{}, until: map[identity]time.Time{}}
	for _, e := range c.entries {
		found, _ := decodeBundle(e.client.CABundle) // others may have written anything there
		b.authorities = union(b.authorities, found)
		for _, manager := range e.owners {
			b.owned[manager] = union(b.owned[manager], found)
		}
	}
	return b
}

// judge updates since.
func (b *belief) judge(candidates []*pair, now time.Time) {
	for _, p := range candidates {
		if b.verify(p, now) != nil {
			delete(b.since, p.id)
		} else if _, ok := b.since[p.id]; !ok {
			b.since[p.id] = now
		}
	}
}

// verify asks of every entry that calls what an API server would ask. A good
// answer is remembered, for the bundles of a belief do not change.
func (b *belief) verify(p *pair, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until, ok := b.until[p.id]; ok && !now.Before(p.leaf().NotBefore) && now.Before(until) {
		return nil
	}
	until := p.leaf().NotAfter
	for _, e := range b.entries {
		if !e.calls {
			continue
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(e.client.CABundle)
		end, err := p.verify(roots, e.host, now)
		if err != nil {
			return fmt.Errorf("%w by %s, webhook %s: %w", ErrNotTrusted, b.ref, e.name, err)
		}
		if end.Before(until) {
			until = end
		}
	}
	b.until[p.id] = until
	return nil
}
