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
func (i *interrupts) during(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var listening sync.WaitGroup
	done := make(chan struct{})
	listening.Go(func() {
		select {
		case <-i.caught:
			i.stop()
			cancel(errInterrupted)
		case <-done:
		}
	})
	err := work(ctx)
	close(done)
	listening.Wait()
	return err
}
