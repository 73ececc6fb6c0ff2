package certs

import (
	"bytes"
	"crypto/x509"
	"testing"
	"testing/synctest"
	"time"
)

// damages are ways in which a Secret's content has been seen to go wrong.
var damages = []struct {
	rule    string
	edit    func(data map[string][]byte)
	rotates bool
}{
	{"everything is gone", func(d map[string][]byte) { clear(d) }, true},
	{"the values are empty", func(d map[string][]byte) {
		for k := range d {
			d[k] = nil
		}
	}, true},
	{"the leaf is no PEM", func(d map[string][]byte) { d[keyLeaf] = []byte("garbage") }, true},
	{"the leaf is cut off", func(d map[string][]byte) { d[keyLeaf] = d[keyLeaf][:100] }, true},
	{"the key is missing", func(d map[string][]byte) { delete(d, keyPrivate) }, true},
	{"the key is cut off", func(d map[string][]byte) { d[keyPrivate] = d[keyPrivate][:60] }, true},
	{"the key is another's", func(d map[string][]byte) { d[keyPrivate] = foreignPair(testHost).keyPEM }, true},
	{"leaf and key are of a foreign issuer", func(d map[string][]byte) {
		p := foreignPair(testHost)
		d[keyLeaf], d[keyPrivate] = p.certPEM, p.keyPEM
	}, true},
	{"the leaf is for another Service", func(d map[string][]byte) {
		p := foreignPair("other.swage-system.svc")
		d[keyLeaf], d[keyPrivate] = p.certPEM, p.keyPEM
		d[keyAuthorities] = append(encodePEM(blockCertificate, p.authority.Raw), d[keyAuthorities]...)
	}, true},
	{"the authorities are missing: known from memory", func(d map[string][]byte) { delete(d, keyAuthorities) }, false},
	{"the authorities are no PEM: known from memory", func(d map[string][]byte) { d[keyAuthorities] = []byte("garbage") }, false},
	{"the authorities have trailing garbage", func(d map[string][]byte) {
		d[keyAuthorities] = append(bytes.Clone(d[keyAuthorities]), "-----BEGIN CERTIFICATE-----\nAAAA"...)
	}, false},
	{"the leaf stands where the authorities belong", func(d map[string][]byte) { d[keyAuthorities] = d[keyLeaf] }, false},
	{"the old leaf is garbage", func(d map[string][]byte) { d[keyOldLeaf] = []byte("garbage") }, false},
	{"only keys of others are left, and they stay", func(d map[string][]byte) {
		clear(d)
		d["note"] = []byte("kept")
	}, true},
}

func foreignPair(host string) *pair {
	certPEM, keyPEM, authority, err := mint([]string{host}, time.Now(), day)
	if err != nil {
		panic(err)
	}
	p, err := newPair(certPEM, keyPEM, []*x509.Certificate{authority}, []string{host})
	if err != nil {
		panic(err)
	}
	return p
}

// Whatever happens to the Secret, at rest or in the middle of a rotation: no
// call fails, no replica ends, and afterwards all agree on sound content.
func TestDamagedSecretIsHealedWithoutAFailedCall(t *testing.T) {
	for _, at := range []struct {
		when  string
		after time.Duration
	}{{"at rest", -time.Hour}, {"in the hold", 30 * time.Second}, {"after the switch", 2 * time.Minute}} {
		for _, d := range damages {
			t.Run(at.when+"/"+d.rule, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newQuickWorld(t)
					w.install()
					w.fleet(3)
					w.untilRenewal()
					w.run(max(at.after, 0))
					before := w.secret().newest
					w.editSecret(d.edit)
					w.run(5 * time.Minute)
					w.wantSound()
					if rotated := !w.secret().newest.is(before); rotated != d.rotates && at.after > 0 {
						t.Errorf("rotated: %v, want %v", rotated, d.rotates)
					}
					w.stopAll()
				})
			})
		}
	}
}

func (w *world) wantSound() {
	w.t.Helper()
	w.allReady()
	c := w.secret()
	if c.damage != nil {
		w.t.Errorf("the Secret is still damaged: %v", c.damage)
	}
	w.wantServed("after healing", c.newest)
}

// A fresh replica that heals first knows no old leaf; it must find the old
// authority in the bundles, or those that serve under it would be cut off.
func TestDamagedSecretHealedByAFreshReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(2)
		old := w.secret().newest
		for _, r := range w.replicas {
			r.self.secretPace = pacer{next: time.Now().Add(time.Hour)} // too late to heal themselves
		}
		w.editSecret(func(data map[string][]byte) { clear(data) })
		w.start("fresh", 0)
		w.run(30 * time.Second)
		if c := w.secret(); c.newest.is(old) || len(c.authorities) != 2 {
			t.Fatalf("the fresh replica kept %d authorities, want the old one too", len(c.authorities))
		}
		w.run(5 * time.Minute)
		w.wantSound()
		w.stopAll()
	})
}

// Somebody keeps damaging the Secret: writes stay bounded, and so does the
// bundle.
func TestSecretDamagedForHoursStaysBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(2)
		before := w.api.updates
		for range 60 * 6 {
			w.editSecret(func(data map[string][]byte) { data[keyLeaf] = []byte("garbage") })
			w.run(10 * time.Second)
		}
		if n, most := w.api.updates-before, 2*60+20; n > most {
			t.Errorf("%d updates in an hour, want at most one a minute and replica (%d)", n, most)
		}
		if n := len(w.secret().authorities); n > maxAuthorities {
			t.Errorf("%d authorities, want at most %d", n, maxAuthorities)
		}
		w.run(10 * time.Minute)
		w.wantSound()
		w.stopAll()
	})
}

// A Secret deleted while replicas run is served from memory, and filled again
// when it is back.
func TestSecretDeletedWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(2)
		empty := w.api.current(secretRef)
		w.api.delete(secretRef)
		w.run(10 * time.Minute)
		w.overwrite(mutatingRef, []byte("nonsense"))
		w.run(3 * time.Minute)
		w.allReady()
		empty.SetResourceVersion("")
		w.put(empty)
		w.editSecret(func(data map[string][]byte) { clear(data) })
		w.run(5 * time.Minute)
		w.wantSound()
		w.stopAll()
	})
}
