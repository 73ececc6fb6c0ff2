package certs

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var issuedRef = ref{kindSecret, "issued"}

// startCertManager runs a replica whose leafs are issued by somebody else.
func (w *world) startCertManager(name string) *replica {
	w.t.Helper()
	src, err := NewCertManager(CertManagerOptions{
		Client: w.opts.Client, Namespace: testNamespace, Service: testService, Secret: issuedRef.name,
		Configurations: w.opts.Configurations, TrustHold: w.opts.TrustHold,
		Logger: slog.New(hook{w.handler, w.check}).With("replica", name),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.join(&replica{front: &src.front, name: name}, src)
}

// issuedFleet is an installation at rest: n replicas that serve a leaf of the
// issuer, and may do what the chart grants and nothing else.
func issuedFleet(t *testing.T, n int, i *issuer) *world {
	t.Helper()
	w := newWorld(t)
	w.api.setFail(onlyGranted(t))
	w.install()
	w.putIssued(i.issue(day, testHost))
	for r := range n {
		w.startCertManager(fmt.Sprint("r", r))
	}
	w.run(5 * time.Second)
	w.allReady()
	return w
}

// onlyGranted fails the test when a Secret is read or written in another way
// than by the watch.
func onlyGranted(t *testing.T) func(verb string) error {
	return func(verb string) error {
		if verb == "get" || verb == "update" {
			t.Errorf("it needs the right to %s a Secret", verb)
			return errTest
		}
		return nil
	}
}

// inBundles are the authorities that the mutating configuration trusts.
func (w *world) inBundles() int {
	w.t.Helper()
	found, err := decodeBundle(bundleOf(w.api.current(mutatingRef)))
	if err != nil {
		w.t.Fatal(err)
	}
	return len(found)
}

func (w *world) wantServedLeaf(when string, data map[string][]byte) {
	w.t.Helper()
	for _, r := range w.replicas {
		if !bytes.HasPrefix(data[keyLeaf], encodePEM(blockCertificate, r.served(w.t).leaf().Raw)) {
			w.t.Errorf("%s: %s serves another leaf", when, r.name)
		}
	}
}

// takeOverNext issues a leaf of another authority, which all replicas serve once it is trusted.
func (w *world) takeOverNext(when string) {
	w.t.Helper()
	next := newIssuer(w.t, "second").issue(day, testHost)
	w.putIssued(next)
	w.run(2 * time.Minute)
	w.allReady()
	w.wantServedLeaf(when, next)
}

// R37: a year of renewals, every fifth with a new authority: no call fails, and
// the bundle never grows.
func TestR37CertManagerFailsNoCallInAYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t, "first")
		w := issuedFleet(t, 3, i)
		const every, renewals = 16 * time.Hour, 365 * 24 / 16
		for n := range renewals {
			w.run(every)
			if n%5 == 4 {
				i = newIssuer(t, fmt.Sprint("authority ", n))
			}
			w.putIssued(i.issue(day, testHost))
		}
		w.run(2 * time.Hour)
		w.allReady()
		if want := 3 * renewals; w.switches != want {
			t.Errorf("leafs switched %d times, want %d", w.switches, want)
		}
		if n := w.inBundles(); n != 1 {
			t.Errorf("%d authorities in the bundle, want the one that is needed", n)
		}
		w.stopAll()
	})
}

// The checker sees it when leafs are switched too early.
func TestR37CertManagerHoldShorterThanTheLagFailsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.TrustHold = apiServerLag - time.Second
		w.install()
		w.putIssued(newIssuer(t, "first").issue(day, testHost))
		w.startCertManager("r0")
		w.run(2 * time.Minute)
		w.putIssued(newIssuer(t, "second").issue(day, testHost))
		w.run(3 * time.Minute)
		w.stopAll()
		if len(w.failures) == 0 {
			t.Error("no call failed although leafs were switched too early: the check sees nothing")
		}
		w.failures = nil
	})
}

// R37: the phases of an issuer's new authority, to the second.
func TestR37CertManagerPhases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newIssuer(t, "first"), newIssuer(t, "second")
		w := issuedFleet(t, 2, first)
		before := without(w.issued())
		w.run(time.Hour)
		after := second.issue(day, testHost)
		w.putIssued(after)
		w.run(time.Second)
		if n := w.inBundles(); n != 2 {
			t.Fatalf("phase 1: %d authorities in the bundle, want the old and the new one", n)
		}
		w.run(57 * time.Second)
		w.wantServedLeaf("phase 2, before the hold is over", before)
		w.run(3 * time.Second)
		w.wantServedLeaf("phase 3", after)
		w.run(retirement - 2*time.Minute)
		if n := w.inBundles(); n != 2 {
			t.Errorf("before its time the old authority left: %d", n)
		}
		w.run(3 * time.Minute)
		if n := w.inBundles(); n != 1 {
			t.Errorf("phase 4: the old authority is still there: %d", n)
		}
		w.stopAll()
	})
}

// R37: a replica that starts in between has no old leaf to serve, and waits
// before Ready; one that starts at rest does not.
func TestR37CertManagerReplicaStartedInBetweenWaitsBeforeReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuedFleet(t, 2, newIssuer(t, "first"))
		rested := w.startCertManager("at rest")
		w.run(time.Second)
		if err := rested.Healthy(); err != nil {
			t.Errorf("at rest there is nothing to wait for: %v", err)
		}
		w.putIssued(newIssuer(t, "second").issue(day, testHost))
		late := w.startCertManager("late")
		w.readyAfter(late, 58*time.Second)
		w.stopAll()
	})
}

// R30: without a leaf a replica is not ready, does not end, and says what is
// missing; it is ready a moment after the leaf is there.
func TestR30CertManagerWaitsForTheFirstLeaf(t *testing.T) {
	i := func(t *testing.T) *issuer { return newIssuer(t, "first") }
	for _, row := range []struct {
		rule string
		data func(t *testing.T) map[string][]byte // nil: there is no Secret
		says string
	}{
		{"no Secret", nil, "does not exist"},
		{"the Secret is empty", func(*testing.T) map[string][]byte { return map[string][]byte{} }, "nothing has been issued"},
		{"the key is missing", func(t *testing.T) map[string][]byte { return without(i(t).issue(day, testHost), keyPrivate) }, "private key"},
		{"the leaf is for another Service", func(t *testing.T) map[string][]byte { return i(t).issue(day, "other.svc") }, "other.svc"},
		{"the leaf is for no Service", func(t *testing.T) map[string][]byte { return i(t).issue(day) }, testHost},
		{"the leaf has expired", func(t *testing.T) map[string][]byte { return i(t).issue(time.Second, testHost) }, "expired"},
		{"no authority", func(t *testing.T) map[string][]byte { return without(i(t).issue(day, testHost), keyAuthorities) }, "ca.crt is missing"},
		{"garbage", func(*testing.T) map[string][]byte {
			return map[string][]byte{keyLeaf: []byte("garbage"), keyPrivate: []byte("-----"), keyAuthorities: []byte("nothing")}
		}, "tls.crt"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.install()
				if row.data != nil {
					w.putIssued(row.data(t))
				}
				time.Sleep(2 * time.Second)
				r := w.startCertManager("r0")
				w.run(time.Minute)
				if err := r.Healthy(); err == nil || !strings.Contains(err.Error(), row.says) {
					t.Errorf("it says %v", err)
				}
				w.putIssued(i(t).issue(day, testHost))
				w.run(2 * time.Minute) // a leaf that was served before, though expired, is replaced as any other
				w.allReady()
				w.stopAll()
			})
		})
	}
}

// What goes wrong with the Secret while replicas serve: they serve on, ready,
// and take over the next leaf that can be used.
func TestCertManagerKeepsTheLastGood(t *testing.T) {
	for _, d := range damages {
		t.Run(d.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := newIssuer(t, "first")
				w := issuedFleet(t, 2, i)
				before, damaged := w.issued(), w.issued()
				d.edit(damaged)
				w.putIssued(damaged)
				w.run(10 * time.Minute)
				w.allReady()
				w.wantServedLeaf("damaged", before)
				w.takeOverNext("whole again")
				w.stopAll()
			})
		})
	}
}

// A Secret that is deleted, and made again with a leaf of another authority.
func TestCertManagerSecretDeletedAndMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuedFleet(t, 2, newIssuer(t, "first"))
		before := w.issued()
		w.api.delete(issuedRef)
		w.run(time.Hour)
		w.overwrite(mutatingRef, []byte("nonsense"))
		w.run(10 * time.Second)
		w.wantServedLeaf("deleted", before)
		w.takeOverNext("made again")
		w.stopAll()
	})
}

// The API server is away while a new authority is issued, and answers no watch:
// afterwards the phases are as ever.
func TestR37CertManagerWhileTheAPIServerIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuedFleet(t, 2, newIssuer(t, "first"))
		before := w.issued()
		w.down(errAway)
		next := newIssuer(t, "second").issue(day, testHost)
		w.putIssued(next)
		w.run(time.Hour)
		w.allReady()
		w.wantServedLeaf("away", before)
		w.up()
		w.run(2 * time.Minute)
		w.wantServedLeaf("back", next)
		w.run(2 * time.Hour)
		if n := w.inBundles(); n != 1 {
			t.Errorf("%d authorities in the bundle, want one", n)
		}
		w.stopAll()
	})
}

// R30: cert-manager is gone and the leaf ends: not ready, and said in the log
// and in the answer of readiness.
func TestR30CertManagerLeafThatNobodyRenews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var log bytes.Buffer
		w.handler = slog.NewTextHandler(&log, nil)
		w.install()
		w.putIssued(newIssuer(t, "first").issue(time.Hour, testHost))
		r := w.startCertManager("r0")
		w.run(59 * time.Minute)
		w.allReady()
		if e := r.Expiry(); time.Until(e.Leaf) > time.Minute || time.Until(e.CA) < day {
			t.Errorf("the metric would show %v", e)
		}
		r.inService = false // what is served after its end is not what this test is about
		w.mu.Lock()
		w.replicas = nil
		w.mu.Unlock()
		w.run(2 * time.Minute)
		if err := r.Healthy(); err == nil || !strings.Contains(err.Error(), "expired") {
			t.Errorf("with an expired leaf: %v", err)
		}
		if n := strings.Count(log.String(), "has expired"); n != 1 {
			t.Errorf("the log says it %d times:\n%s", n, &log)
		}
		w.putIssued(newIssuer(t, "second").issue(day, testHost))
		w.run(2 * time.Minute)
		if err := r.Healthy(); err != nil {
			t.Errorf("renewed after all: %v", err)
		}
		w.replicas = append(w.replicas, r)
		w.stopAll()
	})
}

// R31: an overwritten bundle is healed at once, and what others put there goes.
func TestR31CertManagerHealsTheBundle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuedFleet(t, 2, newIssuer(t, "first"))
		good := bundleOf(w.api.current(mutatingRef))
		foreign := encodePEM(blockCertificate, newIssuer(t, "foreign").cert.Raw)
		for _, bundle := range [][]byte{nil, []byte("garbage"), foreign, append(bytes.Clone(good), foreign...)} {
			w.overwrite(mutatingRef, bundle)
			w.allReady()
			w.run(healWithin)
			if got := bundleOf(w.api.current(mutatingRef)); !bytes.Equal(got, good) {
				t.Errorf("not healed: %s", got)
			}
			w.run(5 * time.Minute)
		}
		w.stopAll()
	})
}

// An issuer without an authority of its own makes a new one with each leaf; the
// bundle stays bounded however often that is.
func TestCertManagerSelfSignedLeafs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.putIssued(selfSignedLeaf(t, day, testHost))
		w.startCertManager("r0")
		w.startCertManager("r1")
		w.run(time.Second)
		w.allReady()
		for range 30 {
			next := selfSignedLeaf(t, day, testHost)
			w.putIssued(next)
			w.run(90 * time.Second)
			w.wantServedLeaf("a new self-signed leaf", next)
		}
		if n := w.inBundles(); n > maxAuthorities {
			t.Errorf("%d authorities, want at most %d", n, maxAuthorities)
		}
		w.run(2 * time.Hour)
		if n := w.inBundles(); n != 1 {
			t.Errorf("%d authorities, want one", n)
		}
		w.stopAll()
	})
}
