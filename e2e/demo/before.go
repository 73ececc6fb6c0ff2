package main

import (
	"context"
	"fmt"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
)

// before asks, as long as no webhook is there, what the API server makes of the
// pods as Spark sends them, and of what "swage render" makes of the same files.
func (d *demo) before(ctx context.Context) error {
	return d.screen.step("applying the templates of deploy/examples", func() error {
		if _, err := apply(ctx, d.cluster.Client(), d.Examples); err != nil {
			return err
		}
		for _, app := range d.apps {
			if err := d.prepare(ctx, app); err != nil {
				return fmt.Errorf("the pods of Spark %s: %w", app.version, err)
			}
		}
		return nil
	})
}

func (d *demo) prepare(ctx context.Context, app *application) error {
	submitted := filepath.Join(d.dir, app.version+"-submitted.json")
	if err := writePods(submitted, app.Pods()); err != nil {
		return err
	}
	rendered, err := d.swage.render(ctx, submitted)
	if err != nil {
		return err
	}
	var plain []*corev1.Pod
	for i, sent := range app.Pods() {
		if app.pods[i].plain, err = dryRun(ctx, d.cluster.Client(), sent); err != nil {
			return err
		}
		if app.pods[i].offline, err = dryRun(ctx, d.cluster.Client(), rendered[i]); err != nil {
			return err
		}
		plain = append(plain, app.pods[i].plain)
	}
	return d.reasons(ctx, app, plain)
}

// reasons asks for the change records of the pods as the webhook will get them.
func (d *demo) reasons(ctx context.Context, app *application, plain []*corev1.Pod) error {
	received := filepath.Join(d.dir, app.version+"-received.json")
	if err := writePods(received, plain); err != nil {
		return err
	}
	all, err := d.swage.explain(ctx, received)
	if err != nil {
		return err
	}
	for i := range all {
		app.pods[i].why = all[i]
	}
	return nil
}
