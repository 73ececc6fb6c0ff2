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
	t.Setenv("TMPDIR", t.TempDir())
	before := traces(t)
	c, err := nodes.Start(t.Context(), nodes.Options{Count: 2})
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
	if traces(t) == before {
		t.Error("nothing of the cluster is seen from outside: this test could not fail")
	}
	if err := c.Close(t.Context(), false); err != nil {
		t.Error(err)
	}
	eventually(t, "after Close", before)
}

// Killed means that no code of ours runs any more. What the kernel does not
// take away the next run does, and that one works.
func TestARunBesideAKilledOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	before := traces(t)
	kill(t)
	c, err := nodes.Start(t.Context(), nodes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := runPod(t.Context(), c, "node-1"); err != nil {
		t.Error(err)
	}
	if err := c.Close(t.Context(), t.Failed()); err != nil {
		t.Error(err)
	}
	eventually(t, "after the second run", before)
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*swage*")); err != nil || len(left) > 0 {
		t.Errorf("folders left: %v, %v", left, err)
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
// mounts, control groups, and programs by their names.
func traces(t *testing.T) string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("links:\n%s\nrules:\n%s\nmounts:\n%s\ngroups: %v\nprograms: %v",
		output(t, "ip", "-o", "link"), output(t, "iptables-save", "-t", "nat"), mounts, groups(t), programs(t))
}

func groups(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("/sys/fs/cgroup/*/swage-*")
	if err != nil {
		t.Fatal(err)
	}
	unified, err := filepath.Glob("/sys/fs/cgroup/swage-*")
	if err != nil {
		t.Fatal(err)
	}
	return append(found, unified...)
}

// programs counts the running ones of a node: those that name this run's
// folder, and by their names what runs on nodes only, containers included.
// Other tests beside this one may have control planes of their own.
func programs(t *testing.T) map[string]int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		program, _, _ := bytes.Cut(line, []byte{0})
		name := filepath.Base(string(program))
		if bytes.Contains(line, []byte(os.TempDir())) || slices.Contains([]string{"containerd-shim-runc-v2", "pause"}, name) {
			count[name]++
		}
	}
	return count
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var kept []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ":") { // comments and counters
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// eventually waits for the kernel, which buries processes and interfaces in the
// background.
func eventually(t *testing.T, when, want string) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for traces(t) != want {
		select {
		case <-deadline.C:
			t.Fatalf("%s: left\n%s\nwant\n%s", when, traces(t), want)
		case <-tick.C:
		}
	}
}
