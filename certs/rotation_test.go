package certs

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const day = 24 * time.Hour

// newQuickWorld has leafs of half a day, for tests of a few rotations.
func newQuickWorld(t *testing.T) *world {
	w := newWorld(t)
	w.opts.LeafValidity, w.opts.RenewBefore = 12*time.Hour, 4*time.Hour
	return w
}

// untilRenewal runs to a second before the newest leaf is due.
func (w *world) untilRenewal() {
	w.t.Helper()
	due := w.secret().newest.leaf().NotAfter.Add(-w.renewBefore())
	w.run(time.Until(due) - time.Second)
}

func (w *world) renewBefore() time.Duration {
	o := w.opts
	o.setDefaults()
	return o.RenewBefore
}

// R37: years of rotations by several replicas, at the defaults: no call fails.
func TestR37NoCallFailsInTwoYearsOfRotations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.fleet(3)
		w.run(2 * 365 * day)
		w.allReady()
		// A leaf of 90 days renewed 30 days early: one rotation in 60 days.
		if want := 3 * (2 * 365 / 60); w.switches != want {
			t.Errorf("leafs switched %d times, want %d", w.switches, want)
		}
		if n := len(w.secret().authorities); n > 2 {
			t.Errorf("%d authorities in the bundle, want at most 2", n)
		}
		// Five writes a rotation at most: the Secret at its begin and twice at the
		// old leaf's end (leaf, authority), each configuration at begin and end.
		if most := 13 * 7; w.api.updates+w.api.applies > most {
			t.Errorf("%d updates and %d applies, want at most %d", w.api.updates, w.api.applies, most)
		}
		w.stopAll()
	})
}

// R37: the same with the shortest sensible leafs, so that rotations overlap
// with the ends of earlier ones.
func TestR37NoCallFailsWithShortLeafs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.LeafValidity, w.opts.RenewBefore = 30*time.Minute, 15*time.Minute
		w.install()
		w.fleet(3)
		w.run(day)
		if w.switches < 3*24*4-3 {
			t.Errorf("leafs switched %d times in a day of rotations every 15 minutes", w.switches)
		}
		w.stopAll()
	})
}

// The checker of these tests can fail: with a hold below the lag of the API
// servers it must report failed calls.
func TestR37HoldShorterThanTheLagFailsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.opts.TrustHold = apiServerLag - time.Second
		w.install()
		w.fleet(2)
		w.untilRenewal()
		w.run(3 * time.Minute)
		w.stopAll()
		if len(w.failures) == 0 {
			t.Error("no call failed although leafs were switched too early: the check sees nothing")
		}
		w.failures = nil
	})
}

// R37: the phases, to the second.
func TestR37PhasesOfARotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(2)
		old := w.secret().newest
		w.untilRenewal()
		w.run(2 * time.Second) // one after the begin

		c := w.secret()
		if c.newest.is(old) || !c.previous.is(old) {
			t.Fatal("phase 1: the Secret must hold the new leaf and the one before it")
		}
		if n := len(c.authorities); n != 2 || old.authority.Equal(c.newest.authority) {
			t.Fatalf("phase 1: %d authorities, want the old and a new one", n)
		}
		for _, r := range []ref{mutatingRef, validatingRef} {
			if got := string(bundleOf(w.api.current(r))); got != string(encodeBundle(c.authorities)) {
				t.Errorf("phase 1: the bundle of %s does not hold both authorities", r)
			}
		}
		w.run(57 * time.Second)
		w.wantServed("phase 2, before the hold is over", old)
		w.run(3 * time.Second)
		w.wantServed("phase 3", c.newest)

		w.run(time.Until(old.leaf().NotAfter.Add(skew)) - time.Minute)
		if n := len(w.secret().authorities); n != 2 {
			t.Errorf("before its end the old authority left: %d", n)
		}
		if w.secret().previous != nil {
			t.Error("the key of an expired leaf is still in the Secret")
		}
		w.run(longestSleep + 2*time.Minute)
		if n := len(w.secret().authorities); n != 1 {
			t.Errorf("phase 4: the old authority is still there: %d", n)
		}
		w.stopAll()
	})
}

func (w *world) wantServed(when string, p *pair) {
	w.t.Helper()
	for _, r := range w.replicas {
		if !r.served(w.t).is(p) {
			w.t.Errorf("%s: %s serves another leaf", when, r.name)
		}
	}
}

// R37: of several replicas that rotate at once one wins; the others take over.
func TestR37ReplicasThatRotateAtOnceAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(5)
		w.untilRenewal()
		w.api.setFail(func(verb string) error {
			if verb == "update" {
				time.Sleep(time.Millisecond) // in which all others have read the Secret, too
			}
			return nil
		})
		before, conflicts := w.api.updates, w.api.conflicts
		w.run(2 * time.Minute)
		if w.api.updates != before+1 {
			t.Errorf("the Secret was updated %d times, want once", w.api.updates-before)
		}
		if w.api.conflicts == conflicts {
			t.Error("no update was refused: the replicas did not race, this test proves nothing")
		}
		w.wantServed("after the race", w.secret().newest)
		w.stopAll()
	})
}

// R37: a replica may start at any second of a rotation: it is ready with a
// leaf that all API servers trust, or it is not ready.
func TestR37ReplicaStartedAtAnyTimeOfARotation(t *testing.T) {
	for after := time.Duration(0); after <= 64*time.Second; after += 4 * time.Second {
		t.Run(after.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newQuickWorld(t)
				w.install()
				w.fleet(2)
				w.untilRenewal()
				w.run(after)
				late := w.start("late", 0)
				w.run(time.Second)
				if err := late.Healthy(); err != nil {
					t.Errorf("a replica that has the old leaf need not wait: %v", err)
				}
				w.run(3 * time.Minute)
				w.wantServed("later", w.secret().newest)
				w.stopAll()
			})
		})
	}
}

// R37: a replica that starts in between and has no old leaf to serve is not
// Ready before everybody has held the new authority.
func TestR37ReplicaWithoutTheOldLeafWaitsBeforeReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.fleet(2)
		w.run(day)
		w.editSecret(func(data map[string][]byte) { clear(data) })
		w.run(time.Second)
		late := w.start("late", 0)
		w.readyAfter(late, 57*time.Second)
		w.stopAll()
	})
}

// R37: replicas come and go all the time, the way deployments do.
func TestR37RollingRestartsThroughRotations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(3)
		for i := range 400 {
			w.run(7*time.Minute + 13*time.Second)
			w.start(fmt.Sprint("new", i), 0)
			w.run(70 * time.Second)
			w.allReady()
			w.stop(w.replicas[0])
		}
		w.stopAll()
	})
}

// R37: all replicas at once are replaced in the middle of a rotation, and the
// configurations cannot be written: the old leaf serves on.
func TestR37StuckRotationOutlivesARestartOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.fleet(2)
		old := w.secret().newest
		w.untilRenewal()
		w.api.setFail(refusePatches)
		w.run(day)
		w.stopAll()
		w.fleet(2)
		w.wantServed("stuck", old)
		w.api.setFail(nil)
		w.run(5 * time.Minute)
		w.wantServed("free again", w.secret().newest)
		w.stopAll()
	})
}

// R37: the authority's key is thrown away; of the keys in the Secret none can
// sign.
func TestR37NoAuthorityKeyInTheSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(1)
		w.untilRenewal()
		w.run(5 * time.Minute)
		keys := 0
		for name, value := range w.api.current(secretRef).(*corev1.Secret).Data {
			for block, rest := pem.Decode(value); block != nil; block, rest = pem.Decode(rest) {
				if block.Type == blockCertificate {
					continue
				}
				keys++
				key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, authority := range w.secret().authorities {
					if key.(*ecdsa.PrivateKey).PublicKey.Equal(authority.PublicKey) {
						t.Errorf("%s holds the key of an authority", name)
					}
				}
			}
		}
		if keys != 2 {
			t.Errorf("%d keys in the Secret, want those of two leafs", keys)
		}
		w.stopAll()
	})
}

// R37: the old authority also goes when nobody serves its leaf, on request:
// taken out of ca.crt it stays out, unless a replica still needs it.
func TestR37OldAuthorityGoesOnRequestWhenNobodyServesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.fleet(2)
		w.run(day)
		w.editSecret(func(data map[string][]byte) { clear(data) }) // its key has leaked, say
		w.run(10 * time.Second)
		drop := func(data map[string][]byte) {
			data[keyAuthorities] = encodeBundle(w.secret().authorities[:1])
		}
		w.editSecret(drop)
		w.run(10 * time.Second)
		if n := len(w.secret().authorities); n != 2 {
			t.Fatalf("%d authorities: one whose leaf is served must come back", n)
		}
		w.run(2 * time.Minute)
		w.editSecret(drop)
		w.run(10 * time.Second)
		if n := len(w.secret().authorities); n != 1 {
			t.Errorf("%d authorities: one whose leaf nobody serves must stay away", n)
		}
		w.run(2 * time.Minute)
		if got := bundleOf(w.api.current(mutatingRef)); string(got) != string(encodeBundle(w.secret().authorities)) {
			t.Error("the bundle still holds the authority that was taken out")
		}
		w.stopAll()
	})
}
