package apiserver

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"
)

// patience is how long a call may take before whoever waits is told that it does.
const patience = 3 * time.Second

// patient lets a call tell by Server.Slow, once, that it takes long. What comes
// before a connection is wanted, such as a plugin that asks for a password, is
// not the server's time. The caller ends it when the call has ended.
func (s *Server) patient(ctx context.Context) (_ context.Context, end func()) {
	if s.Slow == nil {
		return ctx, func() {}
	}
	var (
		once  sync.Once
		timer *time.Timer
		told  = make(chan struct{})
	)
	begin := func(string) {
		once.Do(func() {
			timer = time.AfterFunc(patience, func() {
				defer close(told)
				s.Slow(s.url)
			})
		})
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GetConn: begin}), func() {
		once.Do(func() {}) // from now on nothing begins
		if timer != nil && !timer.Stop() {
			<-told
		}
	}
}
