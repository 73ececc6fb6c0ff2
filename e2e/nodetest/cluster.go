package nodetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

// Cluster is that of a test package. Main starts it.
type Cluster struct {
	*nodes.Cluster
	Spark *spark.Spark
	// Root is the product's folder.
	Root string

	hadoop *hadoopOnce
}

// The node that is apart: its label and its taint have this key and value.
const (
	ApartNode  = "node-2"
	ApartKey   = "swage-test/apart"
	ApartValue = "yes"
)

// startTimeout is ten times what installing takes.
const startTimeout = 3 * time.Minute

// Main starts everything, runs the package's tests and stops it. It returns the
// exit status for os.Exit.
func (c *Cluster) Main(m *testing.M) int {
	ctx := context.Background()
	begin := time.Now()
	started, err := Start(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	*c = *started
	say("the cluster, swage-webhook and Spark %s are ready after %s", c.Spark.Version, time.Since(begin).Round(time.Second))
	status := m.Run()
	if err := c.nothingRefused(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	if err := c.Close(ctx, status != 0); err != nil {
		fmt.Fprintln(os.Stderr, "stop the cluster:", err)
		return 1
	}
	return status
}

// nothingRefused: the server ran with exactly the rights that the manifests
// grant, and needed no other in any test.
func (c *Cluster) nothingRefused() error {
	refused, err := c.Audit().Refused("system:serviceaccount:" + podtemplate.DefaultSystemNamespace + ":" + swagewebhook.Account)
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("swage-webhook has no right to %s, and %d more", refused[0], len(refused)-1)
	}
	return err
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Start starts a cluster for whoever is no test. Whoever started it must call
// Close.
func Start(ctx context.Context) (*Cluster, error) {
	c := &Cluster{hadoop: &hadoopOnce{}}
	return c, c.start(ctx)
}

// Close ends everything, as nodes.Cluster's does.
func (c *Cluster) Close(ctx context.Context, keepLogs bool) error {
	return errors.Join(c.stopHadoop(ctx), c.Cluster.Close(ctx, keepLogs))
}

func (c *Cluster) start(ctx context.Context) (err error) {
	if c.Root, err = product.Root(ctx, ""); err != nil {
		return err
	}
	if c.Spark, err = spark.Make(ctx, spark.Options{}); err != nil {
		return err
	}
	webhook, err := product.Image(ctx, c.Root)
	if err != nil {
		return err
	}
	if c.Cluster, err = nodes.Start(ctx, nodes.Options{Count: 2, Images: []string{webhook, c.Spark.Archive}}); err != nil {
		return err
	}
	if err := c.prepare(ctx); err != nil {
		_ = c.Close(context.WithoutCancel(ctx), true) // the first error is the one to tell
		return err
	}
	return nil
}

func (c *Cluster) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := c.install(ctx); err != nil {
		return fmt.Errorf("install swage-webhook: %w", err)
	}
	return c.setApart(ctx)
}

// install does what the guide tells users to do.
func (c *Cluster) install(ctx context.Context) error {
	if out, err := c.Kubectl(ctx, "apply", "-k", filepath.Join(c.Root, manifests.Dir)); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	out, err := c.Kubectl(ctx, "--namespace="+podtemplate.DefaultSystemNamespace, "rollout", "status", "deployment/swage-webhook", "--timeout=120s")
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return c.awaitCalls(ctx)
}

// awaitCalls waits until the API server has seen the bundles that the server wrote.
func (c *Cluster) awaitCalls(ctx context.Context) error {
	return await.Effect(ctx, patience.Every, func(ctx context.Context) error {
		return errors.Join(swagewebhook.Called(ctx, c.Client()), swagewebhook.Checks(ctx, c.Client()))
	})
}

// setApart labels and taints the second node.
func (c *Cluster) setApart(ctx context.Context) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"labels": map[string]string{ApartKey: ApartValue}},
		"spec":     map[string]any{"taints": []map[string]string{{"key": ApartKey, "value": ApartValue, "effect": "NoSchedule"}}},
	})
	if err != nil {
		return err
	}
	_, err = c.Client().CoreV1().Nodes().Patch(ctx, ApartNode, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}
