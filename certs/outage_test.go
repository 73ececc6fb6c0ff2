package certs

import (
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// The API server is away for hours, when nothing is due and when everything
// is; the leaf in memory is served on and the rotation follows.
func TestAPIServerAwayForHours(t *testing.T) {
	for _, begin := range []time.Duration{-time.Hour, 0, time.Second, 30 * time.Second, 61 * time.Second} {
		t.Run("from "+begin.String()+" of a rotation", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newQuickWorld(t)
				w.install()
				w.fleet(3)
				due := w.secret().newest.leaf().NotAfter.Add(-w.renewBefore())
				w.run(time.Until(due) + begin)
				w.down(errAway)
				w.run(3*time.Hour + 30*time.Minute) // the old leaf lives for 4
				w.allReady()
				w.up()
				w.run(3 * time.Minute)
				w.wantSound()
				w.stopAll()
			})
		})
	}
}

// Replicas that start while the API server is away are not ready, do not end,
// and become ready when it is back.
func TestStartWhileTheAPIServerIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.down(errAway)
		r := w.start("early", 0)
		w.run(2 * time.Hour)
		if err := r.Healthy(); err == nil {
			t.Error("ready without ever having reached the API server")
		}
		w.up()
		w.allReady()
		w.stopAll()
	})
}

// Every third call fails, for a month of rotations.
func TestFlakyAPIServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(3)
		calls := 0
		w.api.setFail(func(string) error {
			w.api.mu.Lock()
			defer w.api.mu.Unlock()
			if calls++; calls%3 == 0 {
				return errAway
			}
			return nil
		})
		for range 60 {
			w.run(12 * time.Hour)
			w.api.breakWatches()
		}
		w.allReady()
		if w.switches < 3*80 {
			t.Errorf("leafs switched %d times in 30 days of rotations every 8 hours", w.switches)
		}
		w.stopAll()
	})
}

// The role lacks patch on the configurations until shortly before the end: the
// old leaf is served, for nobody trusts the new one.
func TestBundleThatCannotBeWrittenKeepsTheOldLeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(2)
		old := w.secret().newest
		w.untilRenewal()
		w.api.setFail(refusePatches)
		w.run(w.renewBefore() - 10*time.Minute)
		w.wantServed("while stuck", old)
		w.api.setFail(nil)
		w.run(3 * time.Minute)
		w.wantSound()
		w.stopAll()
	})
}

// Clocks may differ by up to an hour (minus the time a rotation takes).
func TestSkewedClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		for name, skewed := range map[string]time.Duration{"ahead": 55 * time.Minute, "right": 0, "behind": -55 * time.Minute} {
			w.start(name, skewed)
		}
		w.run(2 * time.Minute)
		w.allReady()
		w.run(30 * day)
		w.allReady()
		if w.switches < 3*80 {
			t.Errorf("leafs switched %d times in 30 days of rotations every 8 hours", w.switches)
		}
		w.stopAll()
	})
}

// A replica whose clock is days ahead signs a leaf that is not valid yet. The
// others neither serve it nor leave it in the Secret.
func TestLeafSignedByAClockFarAheadIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.fleet(2)
		certPEM, keyPEM, authority, err := mint([]string{testHost}, time.Now().Add(2*day), 90*day)
		if err != nil {
			t.Fatal(err)
		}
		w.editSecret(func(data map[string][]byte) {
			data[keyOldLeaf], data[keyOldPrivate] = data[keyLeaf], data[keyPrivate]
			data[keyLeaf], data[keyPrivate] = certPEM, keyPEM
			data[keyAuthorities] = append(encodePEM(blockCertificate, authority.Raw), data[keyAuthorities]...)
		})
		w.run(3 * time.Minute)
		w.wantSound()
		if time.Now().Before(w.secret().newest.leaf().NotBefore) {
			t.Error("the leaf that is not valid yet is still the newest")
		}
		w.stopAll()
	})
}

// An API server restored from a backup brings back an older Secret.
func TestSecretRestoredFromABackup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(3)
		backup := w.api.current(secretRef).(*corev1.Secret).Data
		w.untilRenewal()
		w.run(10 * time.Minute)
		w.editSecret(func(data map[string][]byte) {
			clear(data)
			for k, v := range backup {
				data[k] = v
			}
		})
		w.run(5 * time.Minute)
		w.wantSound()
		w.stopAll()
	})
}
