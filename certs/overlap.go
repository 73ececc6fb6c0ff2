package certs

import (
	"fmt"
	"time"
)

// offer is what an issuer has: this package's own or, in time, another one.
type offer struct {
	newest   *pair // nil: none that can be used
	previous *pair // the leaf before it, if it is still known
	alone    bool  // no bundle can hold another authority, so nothing has to overlap
}

// overlap decides which leaf to serve while trust moves from one authority to
// the next. Whoever issues leafs, the phases are:
//
//  1. the new authority joins the bundles beside the old one;
//  2. the old leaf is served until every configuration has held a bundle that
//     verifies the new one for trust.hold, so that API servers whose own watch
//     lags behind ours hold it too;
//  3. the new leaf is served, for good;
//  4. the old authority leaves the bundles (the issuer decides when).
//
// A process that starts between 1 and 3 serves the old leaf if it is offered;
// otherwise it is not ready before the new one has settled.
//
// It is not safe for concurrent use.
type overlap struct {
	trust   *trust
	now     func() time.Time
	serving *pair
	ready   bool  // was fit to be Ready once; never taken back
	blocked error // why it is not ready yet
}

// choose takes the newest offer and moves on by one step if it is time.
func (o *overlap) choose(of offer) {
	o.trust.consider(o.serving, of.newest, of.previous)
	switch {
	case !o.ready:
		o.serving = o.first(of)
	case of.newest == nil || of.newest.is(o.serving):
	case o.trust.settled(of.newest), o.serving.expired(o.now()):
		o.serving = of.newest
	}
	if !o.ready {
		o.blocked = o.check(of)
		o.ready = o.blocked == nil
	}
}

// first is the leaf for a process that nobody relies on yet.
func (o *overlap) first(of offer) *pair {
	switch {
	case of.newest == nil && of.previous == nil:
		return o.serving
	case of.newest == nil:
		return of.previous
	case of.alone, of.previous == nil, o.trust.settled(of.newest), o.trust.verify(of.previous) != nil:
		return of.newest
	}
	return of.previous
}

func (o *overlap) check(of offer) error {
	if o.serving == nil {
		return ErrNotAvailable
	}
	if err := o.trust.verify(o.serving); err != nil {
		return err
	}
	if of.alone || o.serving.is(of.previous) || o.trust.settled(o.serving) {
		return nil
	}
	return fmt.Errorf("%w long enough: a rotation is going on, all configurations must hold its authority for %s first",
		ErrNotTrusted, o.trust.hold)
}
