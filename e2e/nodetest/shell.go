package nodetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/podtemplate"
)

// ShellCommand is swage shell for a language with a job's settings, as the account that submits. The job's script is not used.
func (c *Cluster) ShellCommand(t testing.TB, job Job, language string, args ...string) *exec.Cmd {
	t.Helper()
	job.setDefaults()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"shell", language, "--name", job.Name, "--spark-version", c.Spark.Version}
	conf := job.conf(c)
	for _, key := range slices.Sorted(maps.Keys(conf)) {
		all = append(all, "--conf", key+"="+conf[key])
	}
	cmd := exec.CommandContext(t.Context(), path, append(all, args...)...)
	cmd.Env = []string{"KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}
	return cmd
}

// Begin starts a program, which ends with the test at the latest.
func Begin(t testing.TB, cmd *exec.Cmd) *Command {
	t.Helper()
	return started(t, cmd)
}

var errLeft = errors.New("still there")

// AwaitNothing waits until nothing of any application is left in a namespace: no Job, no pod, no Service, and of what configures
// pods only the templates and what Kubernetes itself keeps there.
func (c *Cluster) AwaitNothing(t testing.TB, namespace string) {
	t.Helper()
	c.Await(t, "the namespace to be empty", func() error { return c.nothing(t.Context(), namespace) })
}

func (c *Cluster) nothing(ctx context.Context, namespace string) error {
	var left []string
	jobs, err := c.Client().BatchV1().Jobs(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, job := range jobs.Items {
		left = append(left, "job/"+job.Name)
	}
	pods, err := c.Client().CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, pod := range pods.Items {
		left = append(left, "pod/"+pod.Name)
	}
	configs, err := c.Client().CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{LabelSelector: "!" + podtemplate.TemplateLabel})
	if err != nil {
		return err
	}
	for _, m := range configs.Items {
		if m.Name != "kube-root-ca.crt" {
			left = append(left, "configmap/"+m.Name)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %q", errLeft, left)
	}
	return nil
}
