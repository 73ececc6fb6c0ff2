// Command manifests writes deploy/manifests: what the chart renders without any
// value, for those who install without Helm.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/product"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "manifests:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root, err := product.Root(ctx, "")
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "swage-helm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	helm, err := chart.New(ctx, root, home)
	if err != nil {
		return err
	}
	return helm.WriteManifests(ctx, filepath.Join(root, manifests.Dir))
}
