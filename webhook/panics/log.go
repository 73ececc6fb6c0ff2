// Package panics writes panics that were recovered from to the log, without
// what they may quote of users' objects.
package panics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
)

// Log writes where it happened; call it from the deferred function that
// recovered cause. A panic's own value may quote a pod or a template, so only
// the runtime's own errors are written: they hold indices and types.
func Log(ctx context.Context, logger *slog.Logger, where string, cause any) {
	what := fmt.Sprintf("%T", cause)
	var fault runtime.Error
	if err, ok := cause.(error); ok && errors.As(err, &fault) {
		what = fault.Error()
	}
	logger.ErrorContext(ctx, "recovered from a panic", slog.String("in", where),
		slog.String("panic", what), slog.String("stack", string(debug.Stack())))
}
