// Command swage-webhook shapes Spark's pods as they are created: it serves a
// mutating admission webhook. See --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/cmd/swage-webhook/app"
)

func main() { os.Exit(run()) }

// run is apart from main because os.Exit skips what is deferred.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// After the first signal the next ends the process at once.
	context.AfterFunc(ctx, stop)
	return app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
}
