package certs

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Somebody changes where certificates come from, and changes his mind: replicas
// of both sources serve beside each other while a rolling update lasts, and no
// call fails. Neither takes out of the bundles what the other one needs.
func TestR37ChangingTheSourceFailsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.install()
		w.putIssued(newIssuer(t, "first").issue(90*day, testHost))
		w.fleet(3)
		w.run(day)
		applies := w.api.applies
		for range 2 {
			w.roll(3, func(n int) *replica { return w.startCertManager(fmt.Sprint("issued", n)) })
			w.run(3 * time.Hour)
			w.wantOneAuthority()
			w.roll(3, func(n int) *replica { return w.start(fmt.Sprint("self", n), 0) })
			w.run(3 * time.Hour)
			w.wantOneAuthority()
		}
		if n := w.api.applies - applies; n > 4*12 {
			t.Errorf("%d writes of bundles in four changes: the sources undo each other's", n)
		}
		w.stopAll()
	})
}

// roll replaces all replicas one by one, as a Deployment does with
// maxUnavailable 0: the next old one goes when the new one is ready.
func (w *world) roll(n int, start func(int) *replica) {
	w.t.Helper()
	old := slices.Clone(w.replicas)
	for i := range n {
		fresh := start(i)
		for waited := time.Duration(0); fresh.Healthy() != nil; waited += time.Second {
			w.run(time.Second)
			if waited > 5*time.Minute {
				w.t.Fatalf("%s never gets ready: %v", fresh.name, fresh.Healthy())
			}
		}
		w.stop(old[i])
	}
}

func (w *world) wantOneAuthority() {
	w.t.Helper()
	w.allReady()
	if n := w.inBundles(); n != 1 {
		w.t.Errorf("%d authorities in the bundle, want the one that is needed", n)
	}
}

// Who wrote a bundle is read from what the API server keeps about fields.
func TestBundleOwners(t *testing.T) {
	m := &metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "helm", FieldsV1: metav1.NewFieldsV1(`{"f:webhooks":{".":{},"k:{\"name\":\"a\"}":{"f:clientConfig":{"f:service":{}}}}}`)},
		{Manager: "us", FieldsV1: bundleFields([]string{"a", "b"})},
		{Manager: "other", FieldsV1: bundleFields([]string{"b"})},
		{Manager: "broken", FieldsV1: metav1.NewFieldsV1(`{"f:webhooks":7}`)},
		{Manager: "none"},
	}}
	owners := bundleOwners(m)
	if !slices.Equal(owners["a"], []string{"us"}) || !slices.Equal(owners["b"], []string{"us", "other"}) || len(owners) != 2 {
		t.Errorf("owners %v", owners)
	}
}
