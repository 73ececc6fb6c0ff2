// Command image writes the container image of swage-webhook and swage-helper to
// the file named:
//
//	go run ./cmd/image ../dist/swage-webhook.tar
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"swage.dev/swage/e2e/product"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected one file to write to, got %q", args)
	}
	root, err := product.Root(ctx, "")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(args[0]), 0o755); err != nil {
		return err
	}
	if err := product.WriteImage(ctx, root, args[0]); err != nil {
		return err
	}
	fmt.Printf("%s is the image %s; docker load, podman load and ctr images import read it\n", args[0], product.WebhookImage)
	return nil
}
