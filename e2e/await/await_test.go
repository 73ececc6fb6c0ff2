package await_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"swage.dev/swage/e2e/await"
)

func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, began := 0, time.Now()
		await.Patience{Every: time.Second, Timeout: time.Minute}.Until(t, "the third time", func() error {
			if asked++; asked < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		if took := time.Since(began); asked != 3 || took != 2*time.Second {
			t.Errorf("asked %d times in %s", asked, took)
		}
	})
}

// failing notes how a test would have failed.
type failing struct{ message string }

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	panic(f)
}

func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &failing{}
		defer func() {
			if recover() != f || f.message != "waited in vain for nothing: never" {
				t.Errorf("got %q", f.message)
			}
		}()
		await.Patience{Every: 7 * time.Second, Timeout: time.Minute}.Until(f, "nothing", func() error { return errors.New("never") })
	})
}

func TestEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		asked, never := 0, errors.New("never")
		err := await.Effect(ctx, time.Second, func(context.Context) error {
			if asked++; asked < 3 {
				return never
			}
			return nil
		})
		if err != nil || asked != 3 {
			t.Errorf("asked %d times: %v", asked, err)
		}
		err = await.Effect(ctx, 7*time.Second, func(context.Context) error { return never })
		if !errors.Is(err, never) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
