//go:build node

package nodes_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/leftovers"
	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/rundir"
)

// victim makes this test's program start a cluster and wait to be killed.
const victim = "SWAGE_NODES_VICTIM"

func TestMain(m *testing.M) {
	if os.Getenv(victim) != "" {
		os.Exit(waitToBeKilled())
	}
	os.Exit(m.Run())
}

func waitToBeKilled() int {
	ctx := context.Background() //nolint:forbidigo // a program of its own: no test's context is there to end it
	c, err := nodes.Start(ctx, nodes.Options{})
	if err == nil {
		err = runPod(ctx, c, "node-1")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("a pod runs")
	<-time.After(time.Hour)
	return 1
}

// ownTemporaryFolder keeps other runs' folders out of sight, and returns where
// logs go nevertheless: they are read after the test.
func ownTemporaryFolder(t *testing.T) (logs string) {
	t.Helper()
	logs = rundir.LogsFolder()
	t.Setenv("TMPDIR", t.TempDir())
	return logs
}

// runPod runs a pod on a node that only waits.
func runPod(ctx context.Context, c *nodes.Cluster, node string) error {
	pods := c.Client().CoreV1().Pods(metav1.NamespaceDefault)
	_, err := pods.Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "on-" + node},
		Spec: corev1.PodSpec{
			NodeName:   node,
			Containers: []corev1.Container{{Name: "wait", Image: nodes.PauseImage}},
			Volumes:    []corev1.Volume{{Name: "empty", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}}}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	out, err := c.Kubectl(ctx, "wait", "--for=condition=Ready", "pod/on-"+node, "--timeout=60s")
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// A cluster runs pods on each of its nodes, and leaves nothing when it ends.
func TestClusterOfTwoNodes(t *testing.T) {
	logs := ownTemporaryFolder(t)
	before := leftovers.Look(t, os.TempDir())
	c, err := nodes.Start(t.Context(), nodes.Options{Count: 2, Logs: logs})
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range []string{"node-1", "node-2"} {
		if err := runPod(t.Context(), c, node); err != nil {
			t.Error(err)
		}
	}
	// Through the API server to the kubelet, as kubectl logs and exec go.
	if out, err := c.Kubectl(t.Context(), "logs", "on-node-2"); err != nil || len(out) > 0 {
		t.Errorf("logs: %v: %s", err, out)
	}
	if len(leftovers.Since(t, before, os.TempDir())) < 10 {
		t.Error("nothing of the cluster is seen from outside: this test could not fail")
	}
	if err := c.Close(t.Context(), t.Failed()); err != nil {
		t.Error(err)
	}
	leftovers.AwaitNone(t, "by Close", before, os.TempDir())
}

// Killed means that no code of ours runs any more. What the kernel does not
// take away the next run does, and that one works.
func TestARunBesideAKilledOne(t *testing.T) {
	logs := ownTemporaryFolder(t)
	before := leftovers.Look(t, os.TempDir())
	leftovers.Kill(t, victim+"=1")
	c, err := nodes.Start(t.Context(), nodes.Options{Logs: logs})
	if err != nil {
		t.Fatal(err)
	}
	if err := runPod(t.Context(), c, "node-1"); err != nil {
		t.Error(err)
	}
	if err := c.Close(t.Context(), t.Failed()); err != nil {
		t.Error(err)
	}
	leftovers.AwaitNone(t, "by the second run", before, os.TempDir())
	if folders, err := filepath.Glob(filepath.Join(os.TempDir(), "*swage*")); len(folders) > 0 || err != nil {
		t.Errorf("folders left: %v, %v", folders, err)
	}
}
