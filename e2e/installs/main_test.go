//go:build node

package installs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/dynamic"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/certmanager"
	"swage.dev/swage/e2e/image"
	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/programs"
)

// previousImage is that of the version before: the same programs, under the tag
// that the chart of that version asks for.
const previousTag, previousImage = "previous", "localhost/swage-webhook:" + previousTag

var (
	cluster *nodes.Cluster
	root    string // the product's folder
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	if err := start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := m.Run()
	if err := cluster.Close(ctx, status != 0); err != nil {
		fmt.Fprintln(os.Stderr, "stop the cluster:", err)
		return 1
	}
	return status
}

func start(ctx context.Context) (err error) {
	if root, err = product.Root(ctx, ""); err != nil {
		return err
	}
	if _, err = programs.Build(ctx, programs.Options{}, programs.Chart()...); err != nil {
		return err
	}
	current, err := product.Image(ctx, root)
	if err != nil {
		return err
	}
	previous := filepath.Join(filepath.Dir(current), previousTag+".tar")
	if err := image.Write(previous, product.ImageOf(previousImage, filepath.Dir(current))); err != nil {
		return err
	}
	if cluster, err = nodes.Start(ctx, nodes.Options{Images: []string{current, previous}}); err != nil {
		return err
	}
	// Long before they are used: Kubernetes' garbage collector looks for new
	// types twice a minute.
	client, err := dynamic.NewForConfig(cluster.Config())
	if err == nil {
		err = certmanager.InstallTypes(ctx, client)
	}
	if err != nil {
		return errors.Join(err, cluster.Close(ctx, true))
	}
	return nil
}

// patience lasts twenty times what the slowest of these things take, a rolling
// update with its drain: others use the machine.
var patience = await.Patience{Every: 100 * time.Millisecond, Timeout: 4 * time.Minute}
