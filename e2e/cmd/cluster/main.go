// Command cluster keeps a whole Kubernetes with swage-webhook and Spark's image
// on this machine, for a developer:
//
//	cluster up     start it, and return when it can be used
//	cluster down   end it
//
// There is one at a time. A process in the background holds it; when that ends,
// however it ends, so does the cluster.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	k, err := newKeeper()
	if err != nil {
		return err
	}
	commands := map[string]func(context.Context) error{"up": k.up, "down": k.down, "hold": k.hold}
	if len(args) == 1 {
		if command := commands[args[0]]; command != nil {
			return command(ctx)
		}
	}
	return fmt.Errorf("expected up or down, got %q", args)
}
