package certs

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
)

// R31, R30: configurations that do not exist yet hold nothing up (GitOps waves
// install the server first), and have their bundle as soon as they appear.
func TestR31LateConfigurationIsFilledAndHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.fleet(2) // ready without any configuration
		w.run(day) // and rotating
		w.install()
		w.run(time.Second)
		for _, r := range []ref{mutatingRef, validatingRef} {
			if string(bundleOf(w.api.current(r))) != string(encodeBundle(w.secret().authorities)) {
				t.Errorf("%s has no bundle a second after it appeared", r)
			}
		}
		w.run(day)
		w.stopAll()
	})
}

// R37: a configuration that appears in the middle of a rotation makes the
// switch wait for it.
func TestR37ConfigurationCreatedDuringTheHoldExtendsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.put(mutatingConfiguration(mutatingRef.name))
		w.fleet(2)
		old := w.secret().newest
		w.untilRenewal()
		w.run(41 * time.Second)
		w.put(validatingConfiguration(validatingRef.name))
		w.run(58 * time.Second)
		w.wantServed("less than a hold after it appeared", old)
		w.run(4 * time.Second)
		w.wantServed("a hold after it appeared", w.secret().newest)
		w.stopAll()
	})
}

// R37: a configuration that vanishes may still be used by API servers that
// lag: deleting and creating it again must not cut the hold short.
func TestR37ConfigurationReplacedDuringTheHoldExtendsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.put(mutatingConfiguration(mutatingRef.name))
		w.fleet(2)
		old := w.secret().newest
		w.untilRenewal()
		w.run(41 * time.Second)
		w.api.delete(mutatingRef)
		w.run(58 * time.Second)
		w.wantServed("less than a hold after it vanished", old)
		w.run(4 * time.Second)
		w.wantServed("a hold after it vanished", w.secret().newest)
		w.stopAll()
	})
}

// R31, R30: a bundle overwritten by somebody is healed at once and shown, and
// no replica becomes unready for it.
func TestR31OverwrittenBundleIsHealedAndShown(t *testing.T) {
	for rule, foreign := range map[string][]byte{
		"emptied":            nil,
		"garbage":            []byte("garbage"),
		"a foreign one":      foreignPair(testHost).certPEM,
		"a foreign and ours": nil, // filled in below
	} {
		t.Run(rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newQuickWorld(t)
				var log bytes.Buffer
				w.handler = slog.NewTextHandler(&log, nil)
				w.install()
				w.fleet(2)
				if rule == "a foreign and ours" {
					foreign = append(bundleOf(w.api.current(mutatingRef)), encodePEM(blockCertificate, foreignPair("x").authority.Raw)...)
				}
				w.overwrite(mutatingRef, foreign)
				w.allReady()
				w.run(2 * time.Second)
				if string(bundleOf(w.api.current(mutatingRef))) != string(encodeBundle(w.secret().authorities)) {
					t.Error("not healed")
				}
				lost := rule != "a foreign and ours" // calls did fail
				if shown := strings.Contains(log.String(), "was overwritten"); shown != lost {
					t.Errorf("a warning in the log: %v, want %v", shown, lost)
				}
				heals := 0
				for _, r := range w.replicas {
					for _, s := range r.Configurations() {
						heals += s.Heals
						if s.Untrusted != nil {
							t.Errorf("%s/%s: %v", s.Kind, s.Name, s.Untrusted)
						}
					}
				}
				if (heals > 0) != lost {
					t.Errorf("%d heals in the status", heals)
				}
				w.stopAll()
			})
		})
	}
}

// R31: two writers that both think the field theirs must not storm the API
// server; ours slows down to one write a minute.
func TestR31FightOverABundleIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(1)
		w.outage = true // calls do fail here, by somebody else's doing
		before := w.api.applies
		for range 3600 {
			if !bytes.Equal(bundleOf(w.api.current(mutatingRef)), []byte("theirs")) {
				w.overwrite(mutatingRef, []byte("theirs"))
			}
			w.run(time.Second)
		}
		if n := w.api.applies - before; n < 50 || n > 75 {
			t.Errorf("%d writes in an hour, want about one a minute", n)
		}
		w.allReady()
		w.stopAll()
	})
}

// R31: configurations found by label, entries by the server that they call.
func TestR31OnlyOwnEntriesOfLabelledConfigurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.opts.Configurations = Configurations{Selector: "swage.dev/class=a"}
		w.opts.ExtraHosts = []string{"127.0.0.1"}
		labelled := mutatingConfiguration("any-name")
		labelled.Labels = map[string]string{"swage.dev/class": "a"}
		url, foreignURL := "https://127.0.0.1:9443/shape", "https://elsewhere:9443/shape"
		labelled.Webhooks = append(labelled.Webhooks, *labelled.Webhooks[0].DeepCopy(), *labelled.Webhooks[0].DeepCopy(), *labelled.Webhooks[0].DeepCopy())
		labelled.Webhooks[1].ClientConfig = admissionv1.WebhookClientConfig{URL: &url}
		labelled.Webhooks[2].ClientConfig = admissionv1.WebhookClientConfig{URL: &foreignURL}
		labelled.Webhooks[3].ClientConfig.Service.Name = "another"
		for i := range labelled.Webhooks {
			labelled.Webhooks[i].Name = string(rune('a'+i)) + ".swage.dev"
		}
		w.put(labelled)
		w.put(mutatingConfiguration("not-labelled"))
		w.fleet(1)
		got := w.api.current(ref{kindMutating, "any-name"}).(*admissionv1.MutatingWebhookConfiguration)
		for i, want := range []bool{true, true, false, false} {
			if has := len(got.Webhooks[i].ClientConfig.CABundle) > 0; has != want {
				t.Errorf("entry %d has a bundle: %v, want %v", i, has, want)
			}
		}
		if len(bundleOf(w.api.current(ref{kindMutating, "not-labelled"}))) > 0 {
			t.Error("a configuration without the label was written")
		}
		w.stopAll()
	})
}

// R30: not ready before each configuration's bundle verifies the leaf; ready
// for good afterwards.
func TestR30ReadyOnlyWhenTrustedAndThenForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.api.setFail(refusePatches)
		r := w.start("r", 0)
		w.run(time.Hour)
		err := r.Healthy()
		if !errors.Is(err, ErrNotTrusted) {
			t.Fatalf("ready though nobody trusts it: %v", err)
		}
		if !strings.Contains(err.Error(), mutatingRef.String()) {
			t.Errorf("the reason does not name the configuration: %v", err)
		}
		w.api.setFail(nil)
		w.run(pacerMost + time.Second)
		w.allReady()
		w.api.setFail(refusePatches)
		w.outage = true
		w.overwrite(mutatingRef, []byte("theirs"))
		w.run(10 * time.Minute)
		w.allReady()
		if s := r.Configurations()[0]; !errors.Is(s.Untrusted, ErrNotTrusted) {
			t.Errorf("lost trust is not shown: %+v", s)
		}
		w.stopAll()
	})
}

// R30: an expired leaf is not valid, whatever else.
func TestR30ExpiredLeafIsUnhealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.install()
		w.fleet(1)
		w.down(errAway)
		r := w.replicas[0]
		w.run(12*time.Hour - time.Minute)
		w.allReady()
		w.run(time.Minute)
		w.failures = nil // what the outage has done
		if r.Healthy() == nil {
			t.Error("healthy with an expired leaf")
		}
		w.up()
		w.run(2 * time.Minute)
		w.allReady()
		w.failures = nil
		w.stopAll()
	})
}

// R38: the server may fill the Secret but not create it, and says so.
func TestR38MissingSecretSaysWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		w.api.delete(secretRef)
		self, err := NewSelf(w.opts)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := self.GetCertificate(nil); !errors.Is(err, ErrNotAvailable) {
			t.Errorf("GetCertificate before Start: %v", err)
		}
		if err := self.Healthy(); !errors.Is(err, ErrNotAvailable) {
			t.Errorf("Healthy before Start: %v", err)
		}
		err = self.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "swage-system/swage-webhook-tls does not exist: create it empty") {
			t.Errorf("Start: %v", err)
		}
	})
}

// Whatever happens, no log line holds anything of a private key.
func TestPrivateKeysNeverReachTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuickWorld(t)
		var log bytes.Buffer
		w.handler = slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8})
		var keys [][]byte
		remember := func(data map[string][]byte) {
			keys = append(keys, bytes.Clone(data[keyPrivate]), bytes.Clone(data[keyOldPrivate]))
		}
		w.install()
		w.fleet(2)
		for _, d := range damages {
			remember(w.api.current(secretRef).(*corev1.Secret).Data)
			w.editSecret(d.edit)
			remember(w.api.current(secretRef).(*corev1.Secret).Data)
			w.run(9 * time.Hour)
		}
		slog.New(w.handler).LogAttrs(t.Context(), slog.LevelInfo, "a pair", slog.Any("pair", w.secret().newest))
		w.stopAll()
		lines := 0
		for _, key := range keys {
			for line := range strings.Lines(string(key)) {
				if line = strings.TrimSpace(line); len(line) > 16 && !strings.HasPrefix(line, "-----") {
					lines++
					if strings.Contains(log.String(), line[:16]) {
						t.Fatal("a line of a private key is in the log")
					}
				}
			}
		}
		if lines < len(damages) || log.Len() < 1000 || strings.Contains(log.String(), "PRIVATE KEY") {
			t.Errorf("%d key lines looked for in %d bytes of log", lines, log.Len())
		}
	})
}
