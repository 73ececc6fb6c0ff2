package app

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// errInterrupted is the cause of a context that a signal has ended.
var errInterrupted = errors.New("interrupted")

// interrupts are the signals by which somebody interrupts a command.
type interrupts struct {
	caught <-chan os.Signal
	stop   func()
}

func (p *Process) interrupts() *interrupts {
	caught, stop := p.Signals()
	return &interrupts{caught, stop}
}

// sameWish is how long more signals mean what the first one did. timeout(1) sends its own to the process and to its
// group, and so do wrappers that pass on what a terminal had sent to all.
const sameWish = time.Second

// during does work whose context ends at the first signal, so that it can take back what it has begun. A second one, when
// the first is sameWish ago, ends the process as if nobody had asked for signals.
// A signal that came too late for the work, which succeeded, is for whoever listens next.
func (i *interrupts) during(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var listening sync.WaitGroup
	done := make(chan struct{})
	var late os.Signal
	listening.Go(func() {
		select {
		case signal := <-i.caught:
			cancel(errInterrupted)
			late = signal
			select {
			case <-time.After(sameWish):
			case <-done:
			}
			i.stop()
		case <-done:
		}
	})
	err := work(ctx)
	close(done)
	listening.Wait()
	if err == nil && late != nil {
		again := make(chan os.Signal, 1)
		again <- late
		i.caught = again
	}
	return err
}
