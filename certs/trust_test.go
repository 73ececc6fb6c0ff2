package certs

import (
	"crypto/x509"
	"errors"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// clockwork is a trust with a clock that the test sets.
func clockwork() (*trust, *time.Time) {
	now := noon
	return newTrust(time.Minute, func() time.Time { return now }), &now
}

// holding is a configuration whose only entry has the authorities of pairs.
func holding(name string, pairs ...*pair) configuration {
	var authorities []*x509.Certificate
	for _, p := range pairs {
		authorities = append(authorities, p.authority)
	}
	return configuration{ref: ref{kindMutating, name}, uid: "1", entries: []entry{{
		name: "e", host: testHost, calls: true,
		client: admissionv1.WebhookClientConfig{CABundle: encodeBundle(authorities)},
	}}}
}

// R37: the time of a hold is that of the configuration that came last, and
// starts anew after each break.
func TestR37TrustSettles(t *testing.T) {
	old, fresh := minted(t, noon), minted(t, noon)
	tr, now := clockwork()
	tr.observe(holding("a", old))
	tr.observe(holding("b", old))
	tr.consider(old, fresh)
	if _, ok := tr.settles(fresh); ok {
		t.Fatal("settles though nobody trusts it")
	}
	want := func(when string, at time.Time) {
		t.Helper()
		if got, ok := tr.settles(fresh); !ok || !got.Equal(at) {
			t.Errorf("%s: settles at %v (%v), want %v", when, got, ok, at)
		}
	}
	tr.observe(holding("a", old, fresh))
	*now = noon.Add(10 * time.Second)
	tr.observe(holding("b", old, fresh))
	want("both hold it", noon.Add(70*time.Second))
	*now = noon.Add(20 * time.Second)
	tr.observe(holding("a", fresh, old))
	want("rewritten without a break", noon.Add(70*time.Second))
	*now = noon.Add(30 * time.Second)
	tr.observe(holding("a", old))
	tr.observe(holding("a", old, fresh))
	want("after a break, however short", noon.Add(90*time.Second))
	*now = noon.Add(40 * time.Second)
	recreated := holding("b", old, fresh)
	recreated.uid = "2"
	tr.observe(recreated)
	want("after one was created again", noon.Add(100*time.Second))
	*now = noon.Add(50 * time.Second)
	tr.forget(ref{kindMutating, "b"})
	want("after one vanished", noon.Add(110*time.Second))
	tr.forget(ref{kindMutating, "never there"})
	if tr.settled(fresh) {
		t.Error("settled before its time")
	}
	*now = noon.Add(110 * time.Second)
	if !tr.settled(fresh) {
		t.Error("not settled at its time")
	}
}

func TestTrustWithoutConfigurationsSettlesAtOnce(t *testing.T) {
	tr, _ := clockwork()
	p := minted(t, noon)
	tr.consider(p)
	if !tr.settled(p) || tr.verify(p) != nil {
		t.Error("nobody calls, so nothing is to be waited for")
	}
}

// R30: the configuration and the entry that do not trust are named; entries
// that never call do not count.
func TestR30TrustNamesWhoDoesNot(t *testing.T) {
	p, other := minted(t, noon), minted(t, noon)
	tr, _ := clockwork()
	tr.observe(holding("good", p))
	bad := holding("bad", other)
	tr.observe(bad)
	err := tr.verify(p)
	if !errors.Is(err, ErrNotTrusted) {
		t.Fatalf("verify: %v", err)
	}
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("the cause is lost: %v", err)
	}
	bad.entries[0].calls = false
	tr.observe(bad)
	if err := tr.verify(p); err != nil {
		t.Errorf("an entry without rules counts: %v", err)
	}
}

// What verified once is remembered, but not beyond the leaf's validity.
func TestBeliefForgetsAtTheEnd(t *testing.T) {
	p := minted(t, noon)
	b := newBelief(holding("a", p))
	for _, row := range []struct {
		at time.Time
		ok bool
	}{{noon, true}, {noon.Add(day - time.Second), true}, {noon.Add(day + time.Second), false}, {noon.Add(-2 * time.Hour), false}, {noon, true}} {
		if err := b.verify(p, row.at); (err == nil) != row.ok {
			t.Errorf("at %s: %v", row.at, err)
		}
	}
}

// An overlap works for whoever issues leafs: only an offer is needed, and a
// leaf that somebody else signed, with or without the one before it.
func TestR37OverlapForLeafsOfAnotherIssuer(t *testing.T) {
	first, second := minted(t, noon), minted(t, noon)
	tr, now := clockwork()
	o := overlap{trust: tr, now: tr.now}
	tr.observe(holding("a", first))
	o.choose(offer{newest: first, alone: true})
	if !o.ready || !o.serving.is(first) {
		t.Fatalf("the first leaf: ready %v, %v", o.ready, o.blocked)
	}
	o.choose(offer{newest: second})
	tr.observe(holding("a", first, second))
	*now = now.Add(59 * time.Second)
	if o.choose(offer{newest: second}); !o.serving.is(first) {
		t.Error("switched before the hold is over")
	}
	*now = now.Add(time.Second)
	if o.choose(offer{newest: second}); !o.serving.is(second) {
		t.Error("not switched after the hold")
	}
	if o.choose(offer{}); !o.serving.is(second) {
		t.Error("an issuer without an offer took the leaf away")
	}
}

func TestPacer(t *testing.T) {
	var p pacer
	now := noon
	for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if !p.ready(now) {
			t.Fatalf("not ready at %s", now)
		}
		p.try(now)
		if p.ready(now.Add(pause*time.Second - 1)) {
			t.Errorf("ready before a pause of %d s is over", pause)
		}
		now = now.Add(pause * time.Second)
	}
	now = now.Add(pacerCalm)
	p.try(now)
	if !p.ready(now.Add(time.Second)) {
		t.Error("the pauses are not forgotten")
	}
}

func TestLinger(t *testing.T) {
	a, b, gone := minted(t, noon).authority, minted(t, noon).authority, minted(t, noon.Add(-2*day)).authority
	l := linger{}
	found := []*x509.Certificate{a, b, gone}
	staying, until := l.stay(found, []*x509.Certificate{a}, noon, time.Minute)
	if len(staying) != 1 || !staying[0].Equal(b) || !until.Equal(noon.Add(time.Minute)) {
		t.Errorf("%d stay until %s, want the one that is missing and not outlived, for a minute", len(staying), until)
	}
	if staying, _ = l.stay(found, []*x509.Certificate{a}, noon.Add(time.Minute), time.Minute); len(staying) != 0 {
		t.Error("it stays beyond its grace")
	}
	l.stay(found, []*x509.Certificate{a, b}, noon.Add(2*time.Minute), time.Minute)
	if staying, _ = l.stay(found, []*x509.Certificate{a}, noon.Add(3*time.Minute), time.Minute); len(staying) != 1 {
		t.Error("put back and missing again, it must have a new grace")
	}
}
