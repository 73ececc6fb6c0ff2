package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/sparkpods"
	"swage.dev/swage/e2e/swagewebhook"
)

// Options say how the demo runs.
type Options struct {
	// Out receives all that it shows. Required.
	Out io.Writer
	// Colour uses the colours of a terminal. Default: plain text.
	Colour bool
	// Update writes the pods as they were stored to Expected. Default: they are
	// compared with what is there.
	Update bool
	// Expected has a file for each pod. Default: testdata beside this package.
	Expected string
	// Examples has the templates. Default: deploy/examples.
	Examples string
}

// ErrNotAsExpected says that a pod was stored otherwise than it should be.
var ErrNotAsExpected = errors.New("not all pods are as expected")

// demo is one run. Its parts are there when the step that makes them is done.
type demo struct {
	Options
	screen  *screen
	dir     string // for the files of this run
	root    string // of the product's module
	swage   cli
	webhook string // the program's file
	apps    []*application
	cluster *cluster.Cluster
}

// Run runs the demo. Whatever happens, nothing runs on when it returns.
func Run(ctx context.Context, opts Options) (err error) {
	d := &demo{Options: opts, screen: newScreen(opts.Out, opts.Colour)}
	if d.dir, err = os.MkdirTemp("", "swage-demo-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.dir)
	d.screen.title("Swage: Spark's pods as an API server stores them, and the reason for every line that changed")
	if err := d.build(ctx); err != nil {
		return err
	}
	return d.withCluster(ctx, func() error {
		if err := d.before(ctx); err != nil {
			return err
		}
		return d.withWebhook(ctx, func() error { return d.show(ctx) })
	})
}

// build makes the programs: etcd and kube-apiserver once, ours if they changed.
func (d *demo) build(ctx context.Context) (err error) {
	if d.root, err = product.Root(ctx, ""); err != nil {
		return err
	}
	if d.Examples == "" {
		d.Examples = filepath.Join(d.root, "deploy", "examples")
	}
	if d.Expected == "" {
		d.Expected = filepath.Join(d.root, "e2e", "demo", "testdata")
	}
	if _, err := programs.Build(ctx, programs.Options{Log: d.Out}, programs.ControlPlane()...); err != nil {
		return err
	}
	err = d.screen.step("building swage and swage-webhook", func() error {
		swage, err := product.Build(ctx, d.root, product.Swage)
		if err != nil {
			return err
		}
		d.swage = cli{path: swage, examples: d.Examples}
		d.webhook, err = product.Build(ctx, d.root, product.Webhook)
		return err
	})
	if err != nil {
		return err
	}
	for _, version := range sparkpods.Versions() {
		app, err := newApplication(d.root, version)
		if err != nil {
			return err
		}
		d.apps = append(d.apps, app)
	}
	return nil
}

func (d *demo) withCluster(ctx context.Context, then func() error) (err error) {
	err = d.screen.step("starting etcd and kube-apiserver", func() (err error) {
		d.cluster, err = cluster.Start(ctx, cluster.Options{NoAudit: true, Say: d.Out})
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(then(), d.screen.step("stopping everything", func() error {
		return d.cluster.Close(context.WithoutCancel(ctx), false)
	}), d.screen.total(time.Now()))
}

// withWebhook runs the webhook as it is deployed. Its start ends when the API
// server really calls it.
func (d *demo) withWebhook(ctx context.Context, then func() error) error {
	var webhook *swagewebhook.Program
	err := d.screen.step("starting swage-webhook, which makes its own certificate", func() (err error) {
		webhook, err = swagewebhook.Start(ctx, swagewebhook.Options{Cluster: d.cluster, Path: d.webhook})
		return err
	})
	if err != nil {
		return fmt.Errorf("start swage-webhook: %w", err)
	}
	return errors.Join(then(), webhook.Stop(context.WithoutCancel(ctx)))
}
