package filelock_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"swage.dev/swage/e2e/filelock"
)

func TestTakeWaitsForTheHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := filelock.Take(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	go func() {
		again, err := filelock.Take(t.Context(), path)
		if err == nil {
			again()
		}
		taken <- err
	}()
	select {
	case err := <-taken:
		t.Fatalf("two have it: %v", err)
	default:
	}
	unlock()
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

func TestTakeGivesUpWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := filelock.Take(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := filelock.Take(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
}
