// Command demo shows Swage at work on a real API server: it starts one and the
// real webhook, creates the pods of real spark-submits, shows each as it was
// stored with the reason for every line that changed, and stops everything.
//
//	go run ./demo            run it
//	go run ./demo -update    write the pods that are expected from now on
//
// Exit status: 0 all pods are as expected, 1 they are not or something failed,
// 130 interrupted.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/cmd/terminal"
)

func main() {
	update := flag.Bool("update", false, "write what is stored as what is expected")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait; the kernel ends what runs with us
	err := Run(ctx, Options{Out: os.Stdout, Colour: terminal.Colours(os.Stdout, os.LookupEnv), Update: *update})
	os.Exit(status(ctx, err))
}

func status(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything is stopped")
		return 130
	default:
		fmt.Fprintln(os.Stderr, "demo:", err)
		return 1
	}
}
