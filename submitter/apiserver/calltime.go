package apiserver

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// callTime is how long one call may take, other than Open's: the API server's own limit.
const callTime = time.Minute

// errSilent ends a call that takes longer.
var errSilent = fmt.Errorf("the API server does not answer: nothing within %s: %w", callTime, context.DeadlineExceeded)

type clockKey struct{}

// clocked is the context of one call, which errSilent ends after callTime. The caller ends it when the call has ended.
func clocked(ctx context.Context) (_ context.Context, done func()) {
	ctx, end := context.WithCancelCause(ctx)
	clock := time.AfterFunc(callTime, func() { end(errSilent) })
	return context.WithValue(ctx, clockKey{}, clock), func() {
		clock.Stop()
		end(nil)
	}
}

// AwaitCredentials is for a transport that runs a program for its credentials, which may ask somebody for a password: it stops the clock
// of the call that a request's context is of, and got starts it anew. A transport may call got several times, or never where it returns
// an error. For a context that is of no Server's call, or of one whose time is over, both do nothing.
func AwaitCredentials(ctx context.Context) (got func()) {
	clock, limited := ctx.Value(clockKey{}).(*time.Timer)
	if !limited || !clock.Stop() {
		return func() {}
	}
	return sync.OnceFunc(func() { clock.Reset(callTime) })
}
