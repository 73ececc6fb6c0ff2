package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/programs"
)

// hold starts the cluster and keeps it until it is told to end.
func (k keeper) hold(ctx context.Context) error {
	lock, err := os.OpenFile(k.lock(), os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another one holds the cluster: %w", err)
	}
	if _, err := fmt.Fprintln(lock, os.Getpid()); err != nil {
		return err
	}
	c, err := nodetest.Start(ctx)
	if err != nil {
		return err
	}
	err = k.offer(ctx, c)
	if err == nil {
		err = awaitEnd(ctx, c)
	}
	return errors.Join(err, k.withdraw(), c.Close(context.WithoutCancel(ctx), err != nil))
}

func awaitEnd(ctx context.Context, c *nodetest.Cluster) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.Machine().Gone():
		return errors.New("the cluster's machine ended by itself")
	}
}

// withdraw removes what offer made: no key of a cluster outlives it.
func (k keeper) withdraw() error {
	return errors.Join(os.RemoveAll(k.file("ready")), os.RemoveAll(k.file("kubeconfig")))
}

// offer puts kubectl and the kubeconfig where they stay, and says so.
func (k keeper) offer(ctx context.Context, c *nodetest.Cluster) error {
	config, err := os.ReadFile(c.Kubeconfig())
	if err != nil {
		return err
	}
	if err := os.WriteFile(k.file("kubeconfig"), config, 0o600); err != nil {
		return err
	}
	paths, err := programs.Build(ctx, programs.Options{}, programs.Kubectl)
	if err != nil {
		return err
	}
	line := fmt.Sprintf("export KUBECONFIG=%s PATH=%s:$PATH  # Kubernetes with two nodes, swage-webhook and the image %s; make cluster-down ends it\n",
		k.file("kubeconfig"), filepath.Dir(paths[programs.Kubectl]), c.Spark.Image)
	unfinished := k.file("ready.unfinished")
	if err := os.WriteFile(unfinished, []byte(line), 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, k.file("ready"))
}
