package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"swage.dev/swage/webhook/admission"
)

// Run serves until ctx is done, then drains, and returns when everything it
// began has ended. It returns early, with an error, when a part of the server
// cannot work.
func (s *Server) Run(ctx context.Context) error {
	// What the handler needs has to outlive ctx: it goes on serving after it.
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	group, working := errgroup.WithContext(working)
	serving, stopServing := context.WithCancelCause(working)
	defer stopServing(errClosing)
	// Requests ask the store and record Events until the last is answered, also when another part has failed.
	answering, stopAnswering := context.WithCancel(context.WithoutCancel(ctx))
	defer stopAnswering()

	group.Go(func() error { return s.opts.Certificates.Start(working) })
	group.Go(func() error { return s.store.Start(answering) })
	group.Go(func() error { return s.events.Start(answering) })
	group.Go(func() error { return s.serveStatus(working) })
	group.Go(func() error {
		defer stopWorking()
		defer stopAnswering()
		return s.tls.Start(serving)
	})
	group.Go(func() error {
		defer stopServing(errClosing)
		s.awaitDrain(ctx, working)
		return nil
	})
	return group.Wait()
}

// awaitDrain returns when the server may close: some time after ctx is done, or
// at once when a part of it failed.
func (s *Server) awaitDrain(ctx, working context.Context) {
	select {
	case <-ctx.Done():
	case <-working.Done():
		return
	}
	s.draining.Store(true)
	s.opts.Logger.Info("told to stop: not ready any more, still serving", "for", s.opts.Drain)
	select {
	case <-time.After(s.opts.Drain):
	case <-working.Done():
	}
}

// retire makes callers leave a server that was told to stop. API servers keep
// their connections and would use them until they are closed under a call that
// is just being written: such a call fails, and nobody repeats it.
func (s *Server) retire(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// errClosing is why contexts of requests end when the server closes.
var errClosing = errors.New("the server is closing")

// answerAll lets requests that are being answered when the server closes be
// answered: controller-runtime derives their contexts from the one whose end
// closes the server. A caller that goes away still ends its request.
func answerAll(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
		defer cancel()
		stop := context.AfterFunc(r.Context(), func() {
			if !errors.Is(context.Cause(r.Context()), errClosing) {
				cancel()
			}
		})
		defer stop()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// bounded ends the reading of a request whose caller stops in the middle.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Not every writer can do this; the server's own can.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(admission.DefaultBodyTimeout))
		next.ServeHTTP(w, r)
	})
}
