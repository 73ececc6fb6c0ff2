package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// waiter waits for a driver that is about to start. The name of its headless
// Service is known as long as the driver's container runs; its port is open as
// soon as executors can register.
type waiter struct {
	host, port string
	timeout    time.Duration // for a driver that has not started

	lookUp func(ctx context.Context, host string) ([]string, error)
	dial   func(ctx context.Context, address string) (net.Conn, error)
	say    func(text string)

	seen bool      // the name was known
	last time.Time // when it was; before, when waiting began
}

// wait returns when somebody listens. It gives up on a driver that went away,
// and on one that does not start. As long as the driver is there it waits: its
// program may take its time before it makes a SparkContext.
func (w *waiter) wait(ctx context.Context) error {
	w.last = time.Now()
	w.say(fmt.Sprintf("waiting for the driver at %s", net.JoinHostPort(w.host, w.port)))
	for {
		open, rest, err := w.attempt(ctx)
		if open || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("stopped before the driver took executors")
		case <-time.After(rest):
		}
	}
}

// attempt tells whether somebody listens, and if not, when to look again.
func (w *waiter) attempt(ctx context.Context) (open bool, rest time.Duration, err error) {
	addresses, err := w.lookUp(ctx, w.host)
	if err != nil {
		return false, longPause, w.patience(err)
	}
	w.found()
	return w.listens(ctx, addresses), pause, nil
}

func (w *waiter) found() {
	if !w.seen {
		w.say("the driver has started; it does not take executors yet")
	}
	w.seen, w.last = true, time.Now()
}

// listens tells whether one of the addresses takes connections.
func (w *waiter) listens(ctx context.Context, addresses []string) bool {
	for _, address := range addresses {
		connection, err := w.dial(ctx, net.JoinHostPort(address, w.port))
		if err == nil {
			_ = connection.Close()
			return true
		}
	}
	return false
}

// patience is an error when there is none left. A name server that does not
// answer says nothing about the driver: that it is gone takes the answer that
// its name is not known.
func (w *waiter) patience(err error) error {
	waited := time.Since(w.last)
	var answer *net.DNSError
	unknown := errors.As(err, &answer) && answer.IsNotFound
	switch {
	case w.seen && unknown && waited >= goneTime:
		return fmt.Errorf("the driver is gone: the name %s is not known any more, for %s: look at the driver's pod", w.host, goneTime)
	case waited >= w.timeout && w.seen:
		return fmt.Errorf("the name %s could not be looked up for %s: %w", w.host, w.timeout, err)
	case waited >= w.timeout:
		return fmt.Errorf("the driver did not start within %s: look at its pod; --driver-timeout allows for more: %w", w.timeout, err)
	}
	return nil
}
