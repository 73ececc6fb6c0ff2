// Swage is the command line of Swage; installed as kubectl-swage it is a kubectl plugin.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/cmd/swage/app"
)

func main() {
	os.Exit(app.Run(context.Background(), app.Process{
		Name: os.Args[0], Args: os.Args[1:],
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv,
		Interrupts: interrupts,
	}))
}

// interrupts ends the context at the first signal; the second ends the process.
func interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
