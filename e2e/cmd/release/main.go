// Command release writes a release to a folder:
//
//	go run ./cmd/release -version v1.2.3 ../dist/v1.2.3
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/release"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	version := flag.String("version", "", "the version, v1.2.3")
	platforms := flag.String("platforms", "", "for instance linux/amd64 (default all)")
	url := flag.String("url", "", "the folder from which krew downloads the archives")
	flag.Parse()
	opts := release.Options{Version: *version, URL: *url, Out: flag.Arg(0), Log: os.Stdout}
	if err := run(ctx, opts, *platforms); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opts release.Options, platforms string) (err error) {
	if opts.Out == "" {
		return fmt.Errorf("expected the folder to write to")
	}
	if opts.Platforms, err = release.ParsePlatforms(platforms); err != nil {
		return err
	}
	if opts.Root, err = product.Root(ctx, ""); err != nil {
		return err
	}
	return release.Write(ctx, opts)
}
