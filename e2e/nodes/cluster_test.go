//go:build node

package nodes_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	before := traces(t)
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
	if len(left(t, before)) < 10 {
		t.Error("nothing of the cluster is seen from outside: this test could not fail")
	}
	if err := c.Close(t.Context(), t.Failed()); err != nil {
		t.Error(err)
	}
	nothingLeft(t, "after Close", before)
}

// Killed means that no code of ours runs any more. What the kernel does not
// take away the next run does, and that one works.
func TestARunBesideAKilledOne(t *testing.T) {
	logs := ownTemporaryFolder(t)
	before := traces(t)
	kill(t)
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
	nothingLeft(t, "after the second run", before)
	if folders := glob(t, filepath.Join(os.TempDir(), "*swage*")); len(folders) > 0 {
		t.Errorf("folders left: %v", folders)
	}
}

// kill starts a cluster with a pod in a process of its own and kills that.
func kill(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victim+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	if n, err := out.Read(said); err != nil {
		t.Fatalf("the cluster did not start: %q, %v", said[:n], err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
}

// traces is what a cluster could leave on this machine: interfaces, rules,
// mounts, control groups, and programs that have this run's folder in their
// command line. A container has not, but a control group with a process in it
// cannot be removed.
func traces(t *testing.T) (found []string) {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"link": output(t, "ip", "-o", "link"), "rule": output(t, "iptables-save", "-t", "nat"), "mount": string(mounts),
	} {
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ":") { // comments, counters
				found = append(found, what+" "+strings.TrimSpace(line))
			}
		}
	}
	found = append(found, glob(t, "/sys/fs/cgroup/*/swage-*")...)
	found = append(found, glob(t, "/sys/fs/cgroup/swage-*")...)
	return append(found, programs(t)...)
}

func programs(t *testing.T) (found []string) {
	t.Helper()
	for _, file := range glob(t, "/proc/[0-9]*/cmdline") {
		line, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(line, []byte(os.TempDir())) {
			found = append(found, "program "+string(bytes.ReplaceAll(line, []byte{0}, []byte(" "))))
		}
	}
	return found
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// left is what is there now and was not before.
func left(t *testing.T, before []string) []string {
	t.Helper()
	return slices.DeleteFunc(traces(t), func(trace string) bool { return slices.Contains(before, trace) })
}

// nothingLeft waits for the kernel, which buries processes and interfaces in
// the background.
func nothingLeft(t *testing.T, when string, before []string) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		found := left(t, before)
		if len(found) == 0 {
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("%s: left\n%s", when, strings.Join(found, "\n"))
		case <-tick.C:
		}
	}
}
