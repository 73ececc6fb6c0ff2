package certs

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// The keys of the Secret's data. The first three are those of every
// kubernetes.io/tls Secret, so that any tool can look at it.
const (
	keyLeaf        = "tls.crt"      // the newest leaf
	keyPrivate     = "tls.key"      // its key
	keyAuthorities = "ca.crt"       // the bundle: every authority that some leaf may still need
	keyOldLeaf     = "previous.crt" // the leaf before it, until it expires
	keyOldPrivate  = "previous.key" // its key
)

// contents is what the Secret says. It is never modified, only replaced.
type contents struct {
	newest, previous *pair // nil: missing or unusable
	authorities      []*x509.Certificate
	damage           error // why parts could not be used; never key material
	raw              map[string][]byte
}

// decode reads as much as can be used. known are authorities that this
// replica remembers: with them the leaf survives the loss of ca.crt.
func decode(data map[string][]byte, hosts []string, known ...*x509.Certificate) contents {
	authorities, err := decodeBundle(data[keyAuthorities])
	c := contents{authorities: authorities, raw: data}
	if err == nil && len(authorities) == 0 {
		err = errors.New("it is missing")
	}
	if err != nil {
		c.damage = fmt.Errorf("%s: %w", keyAuthorities, err)
	}
	vouchers := union(authorities, known)
	c.newest, err = newPair(data[keyLeaf], data[keyPrivate], vouchers, hosts)
	if err != nil {
		c.damage = errors.Join(c.damage, fmt.Errorf("%s: %w", keyLeaf, err))
	}
	if len(data[keyOldLeaf]) == 0 {
		return c
	}
	c.previous, err = newPair(data[keyOldLeaf], data[keyOldPrivate], vouchers, hosts)
	if err != nil {
		c.damage = errors.Join(c.damage, fmt.Errorf("%s: %w", keyOldLeaf, err))
	}
	return c
}

func (c contents) empty() bool {
	return len(c.raw[keyLeaf]) == 0 && len(c.raw[keyPrivate]) == 0 && len(c.raw[keyAuthorities]) == 0
}

// errRenewal is the one reason for a new authority that comes with time alone.
var errRenewal = errors.New("the time of renewal has come")

// due says why a new authority and leaf are needed, or nil.
func (c contents) due(now time.Time, renewBefore time.Duration) error {
	switch {
	case c.empty():
		return errors.New("the Secret is empty")
	case c.newest == nil:
		return fmt.Errorf("the Secret holds no usable leaf: %w", c.damage)
	case now.Before(c.newest.leaf().NotBefore):
		return errors.New("the leaf is not valid yet: the clock of its signer is ahead by more than an hour")
	case !now.Before(c.newest.leaf().NotAfter.Add(-renewBefore)):
		return errRenewal
	}
	return nil
}

// rotated puts fresh first. The old leaf stays in the Secret so that a replica
// that starts before everybody trusts the fresh one has something to serve;
// of two old ones the one that this replica found to be trusted stays.
func (c contents) rotated(fresh, serving *pair) contents {
	next := c
	next.newest, next.damage = fresh, nil
	if c.newest != nil && !c.previous.is(serving) {
		next.previous = c.newest
	}
	return next
}

// maxAuthorities bounds the bundle when something keeps damaging the Secret:
// 16 of our authorities are some 11 KiB for each entry of a configuration, and
// etcd takes 1.5 MiB for all of it. Ordinary rotations hold two.
const maxAuthorities = 16

// tidied is c without what nobody can need any more. The authorities of the
// Secret's leafs and of the leaf that this replica serves are always kept; the
// latter comes last if it was missing, so that replicas which serve different
// leafs do not reorder each other's lists.
func (c contents) tidied(serving *pair, now time.Time) contents {
	next := c
	if next.previous != nil && (next.previous.expired(now) || next.previous.is(next.newest)) {
		next.previous = nil
	}
	var needed []*x509.Certificate
	for _, p := range []*pair{next.newest, next.previous, serving} {
		if p != nil {
			needed = append(needed, p.authority)
		}
	}
	leafs := needed
	if serving != nil {
		leafs = needed[:len(needed)-1]
	}
	all := slices.DeleteFunc(union(leafs, c.authorities, needed), func(a *x509.Certificate) bool {
		return outlived(a, now)
	})
	for i := len(all) - 1; i >= 0 && len(all) > maxAuthorities; i-- {
		if !slices.ContainsFunc(needed, all[i].Equal) {
			all = slices.Delete(all, i, i+1)
		}
	}
	next.authorities = all
	return next
}

// encode is the Secret's data for c: keys that are not ours stay as they are.
// The bytes of leafs come from the pair's own source, so that an unchanged
// pair never changes its bytes.
func (c contents) encode() map[string][]byte {
	data := maps.Clone(c.raw)
	if data == nil {
		data = map[string][]byte{}
	}
	put(data, keyLeaf, keyPrivate, c.newest)
	put(data, keyOldLeaf, keyOldPrivate, c.previous)
	data[keyAuthorities] = encodeBundle(c.authorities)
	return data
}

func put(data map[string][]byte, leaf, key string, p *pair) {
	if p == nil {
		delete(data, leaf)
		delete(data, key)
		return
	}
	data[leaf], data[key] = p.certPEM, p.keyPEM
}

func sameData(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) }
