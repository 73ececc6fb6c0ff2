package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/process"
)

func start(t *testing.T, opts cluster.Options) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context()), t.Failed()); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestCluster(t *testing.T) {
	c := start(t, cluster.Options{})
	t.Run("is the Kubernetes that was built", func(t *testing.T) { wantVersion(t, c.Client()) })
	t.Run("runs the default admission plugins", func(t *testing.T) { wantPlugins(t, createPod(t, c)) })
	t.Run("is opened by its kubeconfig", func(t *testing.T) { wantVersion(t, clientFrom(t, c.Kubeconfig())) })
}

func wantVersion(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	version, err := client.Discovery().ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(version.GitVersion, "v1.36.") {
		t.Errorf("the server says it is %s", version.GitVersion)
	}
}

// wantPlugins looks for what the product must tell from a user's own values; it
// is there only if the built-in admission plugins run.
func wantPlugins(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if pod.Spec.Priority == nil || *pod.Spec.Priority != 0 {
		t.Errorf("Priority: got %v, want 0", pod.Spec.Priority)
	}
	if len(pod.Spec.Tolerations) != 2 {
		t.Errorf("DefaultTolerationSeconds: got %v, want two tolerations", pod.Spec.Tolerations)
	}
	if pod.Spec.ServiceAccountName != "default" || !strings.HasPrefix(pod.Spec.Volumes[0].Name, "kube-api-access-") {
		t.Errorf("ServiceAccount: got account %q, volumes %v", pod.Spec.ServiceAccountName, pod.Spec.Volumes)
	}
}

func clientFrom(t *testing.T, kubeconfig string) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestClustersRunSideBySide(t *testing.T) {
	first, second := start(t, cluster.Options{}), start(t, cluster.Options{})
	createPod(t, first)
	pods, err := second.Client().CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) != 0 {
		t.Errorf("the second cluster has %d pods, %v; want its own state", len(pods.Items), err)
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Client().Discovery().ServerVersion(); err == nil {
		t.Error("the server still answers")
	}
	if left := entries(t, os.TempDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFailedStartKeepsTheLogsAndNothingElse(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	logs, said := t.TempDir(), &bytes.Buffer{}
	_, err := cluster.Start(t.Context(), cluster.Options{
		Logs: logs, Say: said, APIServerArgs: []string{"--no-such-flag"},
	})
	if !errors.Is(err, process.ErrExited) || !strings.Contains(err.Error(), "no-such-flag") {
		t.Errorf("got %v, want the API server's own complaint", err)
	}
	if left := entries(t, os.TempDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	kept := entries(t, logs)
	if len(kept) != 1 || !strings.Contains(said.String(), kept[0]) {
		t.Fatalf("kept %v, said %q", kept, said)
	}
	if data, err := os.ReadFile(filepath.Join(logs, kept[0], "kube-apiserver.log")); err != nil || len(data) == 0 {
		t.Errorf("the API server's log: %d bytes, %v", len(data), err)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		c, err := cluster.Start(b.Context(), cluster.Options{})
		if err != nil {
			b.Fatal(err)
		}
		stopping := time.Now()
		if err := c.Close(b.Context(), false); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(stopping).Seconds(), "s/stop")
	}
}

func createPod(t *testing.T, c *cluster.Cluster) *corev1.Pod {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	if _, err := c.Client().CoreV1().ServiceAccounts("default").Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	pod, err := c.Client().CoreV1().Pods("default").Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "plain"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "busybox"}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(found))
	for i, entry := range found {
		names[i] = entry.Name()
	}
	return names
}
