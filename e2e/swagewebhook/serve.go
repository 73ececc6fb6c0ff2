package swagewebhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"swage.dev/swage/webhook"
)

// Server is the product's server, running in this process.
type Server struct {
	// URL is where it serves admission reviews, without a path; https.
	URL string
	// Status is the URL of its metrics and probes.
	Status string

	stop context.CancelFunc
	done chan struct{}
	err  error
}

// Serve runs a server with options that no flag has. It returns at once: the
// server may not be ready yet, which is what some tests are about. Addresses
// are chosen here; a nil Logger is a silent one; without Drain it stops at once.
func Serve(ctx context.Context, opts webhook.Options) (*Server, error) {
	s := &Server{done: make(chan struct{})}
	if err := s.address(&opts); err != nil {
		return nil, err
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Drain == 0 {
		opts.Drain = -1
	}
	server, err := webhook.New(opts)
	if err != nil {
		return nil, fmt.Errorf("serve in process: %w", err)
	}
	ctx, s.stop = context.WithCancel(ctx)
	go func() {
		defer close(s.done)
		s.err = server.Run(ctx)
	}()
	return s, nil
}

func (s *Server) address(opts *webhook.Options) error {
	serving, status, err := freePorts()
	if err != nil {
		return err
	}
	opts.Address, opts.StatusAddress = onLoopback(serving), onLoopback(status)
	s.URL, s.Status = "https://"+opts.Address, "http://"+opts.StatusAddress
	return nil
}

// WaitReady waits until /readyz says so.
func (s *Server) WaitReady(ctx context.Context) error {
	tick := time.NewTicker(readyEvery)
	defer tick.Stop()
	for {
		err := Ready(ctx, s.Status)
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return errors.Join(errors.New("the server ended by itself"), s.err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// readyEvery is short against the 0.1 s that a start takes.
const readyEvery = 10 * time.Millisecond

// Stop tells the server to end, as SIGTERM does, and returns when it has.
func (s *Server) Stop() error {
	s.stop()
	<-s.done
	return s.err
}
