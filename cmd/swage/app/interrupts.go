package app

import (
	"context"
	"errors"
	"os"
	"sync"
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

// during does work whose context ends at the first signal. The second ends the process, as if nobody had asked for signals.
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
			i.stop()
			cancel(errInterrupted)
			late = signal
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
