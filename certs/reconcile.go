package certs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// callTimeout bounds one call. An API server answers in milliseconds or is
// in trouble; its own limit for a request is a minute.
const callTimeout = 30 * time.Second

// reconcile makes one step and returns how long to sleep at most.
//
// What the watch delivered is enough to find that nothing is to be done, which
// is nearly always so. Before anything is written the Secret is read again: a
// replica whose watch of the Secret lags would take the new authority out of
// the bundles, believing that somebody had overwritten them.
func (s *Self) reconcile(ctx context.Context) time.Duration {
	c := s.read(s.latest())
	s.step(c)
	if !s.wanting(c) {
		return s.rest(c)
	}
	live, err := s.get(ctx)
	switch {
	case err == nil:
		c, err = s.mend(ctx, live, s.read(live))
	case apierrors.IsNotFound(err):
		// What this replica remembers and what the bundles hold is enough to go on.
		c, err = s.read(nil), nil
		s.secretPace.try(s.opts.now())
		s.opts.Logger.Error("the Secret of the serving certificate was deleted: create it empty", "secret", s.opts.Secret)
	default:
		s.readPace.try(s.opts.now())
		s.opts.Logger.Error("cannot read the Secret of the serving certificate, trying again", "error", err)
	}
	if err == nil {
		s.step(c)
		s.publisher.publish(ctx, s.bundle(c), s.overlap.serving)
	}
	return s.rest(c)
}

// read decodes the Secret with the help of what this replica remembers. When
// content is damaged the authorities that the bundles hold are taken back into
// account: some other replica may still serve a leaf of theirs.
func (s *Self) read(secret *corev1.Secret) contents {
	serving := s.overlap.serving
	if m := s.memo; secret != nil && m.secret == secret && m.serving == serving {
		return m.contents
	}
	var data map[string][]byte
	if secret != nil {
		data = secret.Data
	}
	var known []*x509.Certificate
	if serving != nil {
		known = append(known, serving.authority)
	}
	c := decode(data, s.to.hosts, known...)
	if c.damage != nil {
		bundled := s.bundled()
		c = decode(data, s.to.hosts, append(known, bundled...)...)
		c.authorities = union(c.authorities, bundled)
		return c
	}
	s.memo = memo{secret, serving, c}
	return c
}

// memo spares decoding what has not changed. Damaged content is not kept in
// it, for that reading depends on the configurations too.
type memo struct {
	secret   *corev1.Secret
	serving  *pair
	contents contents
}

// bundled lists authorities of ours found in the configurations. The limit on
// their validity keeps out what we cannot have made.
func (s *Self) bundled() []*x509.Certificate {
	limit := s.opts.now().Add(s.opts.LeafValidity + skew)
	var found []*x509.Certificate
	for _, b := range s.trust.beliefs() {
		found = union(found, b.authorities)
	}
	return slices.DeleteFunc(found, func(a *x509.Certificate) bool {
		return !slices.Equal(a.Subject.Organization, []string{organization}) ||
			!slices.Equal(a.Subject.OrganizationalUnit, s.to.hosts[:1]) || a.NotAfter.After(limit)
	})
}

// step moves the overlap on and publishes the outcome to the other goroutines.
func (s *Self) step(c contents) {
	all := s.bundle(c)
	s.overlap.choose(offer{newest: c.newest, previous: c.previous, alone: len(all.wanted)+len(all.staying) == 1})
	s.show(s.overlap.serving, s.overlap.blocked)
}

// wanting tells whether the Secret or a configuration should be written, and
// the pace allows to try now.
func (s *Self) wanting(c contents) bool {
	now := s.opts.now()
	if !s.readPace.ready(now) {
		return false
	}
	todo, _ := s.publisher.lacking(s.bundle(c))
	return len(todo) > 0 || s.secretPace.ready(now) && !s.sound(c, now)
}

// sound is false when the Secret's content should be replaced.
func (s *Self) sound(c contents, now time.Time) bool {
	return c.due(now, s.opts.RenewBefore) == nil &&
		sameData(c.tidied(s.overlap.serving, now).encode(), c.raw)
}

// bundle is what the configurations should hold as far as c knows.
func (s *Self) bundle(c contents) bundle {
	now := s.opts.now()
	wanted := c.tidied(s.overlap.serving, now).authorities
	staying, until := s.linger.stay(s.bundled(), wanted, now, s.opts.TrustHold)
	others, untilOthers := s.guests.stay(s.publisher.written(), union(wanted, s.bundled()), now, retirement)
	s.lingerUntil = earlier(until, untilOthers)
	return bundle{wanted, append(staying, others...)}
}

// mend writes the Secret if it is not sound, and returns what it now holds.
// The lock is its resourceVersion: of several replicas that mend at once one
// wins; the update of the others is refused, and the error tells that c is old.
func (s *Self) mend(ctx context.Context, live *corev1.Secret, c contents) (contents, error) {
	now := s.opts.now()
	if s.sound(c, now) || !s.secretPace.ready(now) {
		s.seeNewer(live)
		return c, nil
	}
	s.secretPace.try(now)
	next, err := s.renewed(c, now)
	if err == nil {
		live = live.DeepCopy()
		live.Data = next.tidied(s.overlap.serving, now).encode()
		live, err = s.update(ctx, live)
	}
	switch {
	case err == nil:
		if errors.Is(c.due(now, s.opts.RenewBefore), errRenewal) {
			s.secretPace = pacer{} // nobody undid anything: the next one is as far away as this was
		}
		s.seeNewer(live)
		return s.read(live), nil
	case apierrors.IsConflict(err):
		s.opts.Logger.Debug("another replica was faster, taking over what it wrote")
		return c, err
	}
	s.opts.Logger.Error("cannot write the Secret of the serving certificate; does the role allow update on it?", "error", err)
	return c, nil // c is what the Secret holds: good enough for healing bundles
}

// renewed is c with a new authority and leaf if that is due.
func (s *Self) renewed(c contents, now time.Time) (contents, error) {
	why := c.due(now, s.opts.RenewBefore)
	if why == nil {
		return c, nil
	}
	certPEM, keyPEM, authority, err := mint(s.to.hosts, now, s.opts.LeafValidity)
	if err != nil {
		return c, err
	}
	fresh, err := newPair(certPEM, keyPEM, []*x509.Certificate{authority}, s.to.hosts)
	if err != nil {
		return c, fmt.Errorf("check the leaf just signed: %w", err)
	}
	s.opts.Logger.Info("making a new authority and leaf", "reason", why, "leaf", fresh)
	return c.rotated(fresh, s.overlap.serving), nil
}

func (s *Self) update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return s.opts.Client.CoreV1().Secrets(secret.Namespace).
		Update(ctx, secret, metav1.UpdateOptions{FieldManager: s.opts.FieldManager})
}

// rest is the time until something is due by the clock alone.
func (s *Self) rest(c contents) time.Duration {
	due := alarm{now: s.opts.now()}
	due.at(s.secretPace.next)
	due.at(s.readPace.next)
	_, again := s.publisher.lacking(s.bundle(c))
	due.at(again)
	due.at(s.lingerUntil)
	if p := c.newest; p != nil {
		at, _ := s.trust.settles(p)
		due.at(at)
		due.at(p.leaf().NotAfter.Add(-s.opts.RenewBefore))
	}
	if p := s.overlap.serving; p != nil {
		due.at(p.leaf().NotAfter)
	}
	return due.left()
}
