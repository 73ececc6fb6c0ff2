// Package await waits for effects: tests never wait for time to pass.
package await

import (
	"context"
	"fmt"
	"time"
)

// Patience is how often to ask, and how long at the most.
type Patience struct{ Every, Timeout time.Duration }

// failer is what of a test is needed: programs that are no tests wait, too.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Until waits until ask returns nil, and fails the test with its last error
// when patience ends.
func (p Patience) Until(t failer, what string, ask func() error) {
	t.Helper()
	timeout := make(chan struct{})
	timer := time.AfterFunc(p.Timeout, func() { close(timeout) })
	defer timer.Stop()
	if err := repeat(timeout, p.Every, ask); err != nil {
		t.Fatalf("waited in vain for %s: %v", what, err)
	}
}

// Effect asks until there is no error, or ctx is done.
func Effect(ctx context.Context, every time.Duration, ask func(context.Context) error) error {
	last := repeat(ctx.Done(), every, func() error { return ask(ctx) })
	if last == nil {
		return nil
	}
	return fmt.Errorf("%w; last answer: %w", ctx.Err(), last)
}

// repeat asks until there is no error, or done is closed: then it returns the last.
func repeat(done <-chan struct{}, every time.Duration, ask func() error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-done:
			return err
		case <-tick.C:
		}
	}
}
