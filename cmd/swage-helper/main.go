// Command swage-helper does in an application's pods what Spark's images cannot
// do. It is one static program beside nothing else in its image. See --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/cmd/swage-helper/app"
)

func main() { os.Exit(run()) }

// run is apart from main because os.Exit skips what is deferred.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return app.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
