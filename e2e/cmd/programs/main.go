// Command programs builds the programs of a test cluster and prints where they
// are, so that a build of minutes happens where it can be seen and not within
// the time limit of a test.
//
//	go run ./cmd/programs            the control plane, Helm, kubectl, cert-manager and an object store: what make test needs
//	go run ./cmd/programs node       that and all that a node is made of
//	go run ./cmd/programs etcd ...   the programs named
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/e2e/programs"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "programs:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	names := chosen(args)
	paths, err := programs.Build(ctx, programs.Options{}, names...)
	if err != nil {
		return err
	}
	for _, name := range names {
		fmt.Println(paths[name])
	}
	return nil
}
