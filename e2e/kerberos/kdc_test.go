//go:build node

package kerberos_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/kerberos"
)

// start starts a KDC on a port that was free a moment before.
func start(t *testing.T) (kdc *kerberos.KDC, dir string) {
	t.Helper()
	dir = t.TempDir()
	kdc, err := kerberos.Start(t.Context(), kerberos.Options{Dir: dir, Address: freeport.Address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kdc.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return kdc, dir
}

// A principal of the realm gets a ticket, and nobody else does.
func TestTickets(t *testing.T) {
	kdc, dir := start(t)
	keytab, cache := filepath.Join(dir, "alice.keytab"), filepath.Join(dir, "cache")
	if err := kdc.Keytab(t.Context(), keytab, "alice", "nn/host"); err != nil {
		t.Fatal(err)
	}
	for _, principal := range []string{"alice", "nn/host"} {
		if err := kdc.Ticket(t.Context(), cache, keytab, principal); err != nil {
			t.Error(err)
		}
	}
	if err := os.Remove(cache); err != nil {
		t.Fatal(err)
	}
	err := kdc.Ticket(t.Context(), cache, keytab, "mallory")
	if err == nil || !strings.Contains(err.Error(), "mallory@"+kerberos.Realm) {
		t.Errorf("got %v, want a refusal that names mallory", err)
	}
	if _, err := os.Stat(cache); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no ticket", err)
	}
}

// What kadmin.local reports while it exits with 0 is not lost.
func TestAKeytabThatCannotBeWrittenIsAnError(t *testing.T) {
	kdc, dir := start(t)
	err := kdc.Keytab(t.Context(), filepath.Join(dir, "no-such-folder", "keytab"), "alice")
	if err == nil || !strings.Contains(err.Error(), "no-such-folder") {
		t.Errorf("got %v", err)
	}
}
