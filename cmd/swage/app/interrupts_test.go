package app

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// caughtSignals are interrupts of which one has come.
func caughtSignals() *interrupts {
	caught := make(chan os.Signal, 1)
	caught <- os.Interrupt
	return &interrupts{caught: caught, stop: func() {}}
}

// An interrupt ends the work. One that comes when the work is done, so that nothing of it fails, is not lost: who waits
// for the application's end is the next to be asked.
func TestAnInterruptAtTheLastMomentIsNotLost(t *testing.T) {
	signals := caughtSignals()
	err := signals.during(t.Context(), func(ctx context.Context) error {
		<-ctx.Done()
		return nil // the last call had been answered
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case signal := <-signals.caught:
		if signal != os.Interrupt {
			t.Errorf("got %v", signal)
		}
	default:
		t.Error("it was lost")
	}
}

// An interrupt that ended the work is done with.
func TestAnInterruptThatEndedTheWorkIsNotTakenTwice(t *testing.T) {
	signals := caughtSignals()
	err := signals.during(t.Context(), func(ctx context.Context) error {
		<-ctx.Done()
		return context.Cause(ctx)
	})
	if !errors.Is(err, errInterrupted) || len(signals.caught) != 0 {
		t.Errorf("got %v, and %d more", err, len(signals.caught))
	}
}

// Whoever interrupts once may send two signals, as timeout(1) does. What was begun is still taken back; only somebody who
// asks again has the process end at once.
func TestAnInterruptThatIsSentTwiceDoesNotCutOffTheCleaning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := caughtSignals()
		var stopped time.Duration
		began := time.Now()
		signals.stop = func() { stopped = time.Since(began) } // from then on a signal ends the process
		_ = signals.during(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Minute) // a server that is slow to take it back
			return context.Cause(ctx)
		})
		if stopped != sameWish {
			t.Errorf("signals were left to the process after %v, not %v", stopped, sameWish)
		}
	})
}
