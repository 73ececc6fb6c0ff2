package nodetest

import (
	"os/exec"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
)

// SwageSubmit runs swage submit with the arguments that Submit gives to
// spark-submit, and waits as it does. It returns the job and how swage exited.
func (c *Cluster) SwageSubmit(t testing.TB, job Job, options ...string) (run *Run, code int) {
	t.Helper()
	begun := c.SwageBegin(t, job, options...)
	code, _ = begun.Ends(t)
	return begun.Run, code
}

// Waiting is a swage submit that waits for its job.
type Waiting struct {
	*Run
	command *Command
}

// SwageBegin is SwageSubmit that returns when swage has said which driver it
// made. Options of swage's own come before spark-submit's.
func (c *Cluster) SwageBegin(t testing.TB, job Job, options ...string) *Waiting {
	t.Helper()
	command := c.SwageOf(t, job, append([]string{"submit", "--wait"}, options...)...)
	job.setDefaults()
	return &Waiting{Run: &Run{cluster: c, job: job, Driver: command.Driver(t)}, command: command}
}

// SwageOf starts swage with some words and, behind them, the arguments that
// Submit gives to spark-submit.
func (c *Cluster) SwageOf(t testing.TB, job Job, words ...string) *Command {
	t.Helper()
	job.setDefaults()
	program, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append(words, job.args(c)...)...)
	cmd.Env = append([]string{"SPARK_HOME=" + c.Spark.Home, "SPARK_CONF_DIR=" + job.confDir(t), "KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}, job.Env...)
	return started(t, cmd)
}

// Attempts are the drivers that Jobs of a namespace have made, oldest first.
func (c *Cluster) Attempts(t testing.TB, job Job) []*Run {
	t.Helper()
	list, err := c.Client().CoreV1().Pods(job.Namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=driver,swage.dev/job"})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list.Items, func(a, b corev1.Pod) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
	var attempts []*Run
	for i := range list.Items {
		attempts = append(attempts, &Run{cluster: c, job: job, Driver: list.Items[i].Name})
	}
	return attempts
}

// Ends waits for swage's end, and returns its exit code and all that it said.
func (w *Waiting) Ends(t testing.TB) (code int, said string) {
	t.Helper()
	return w.command.Ends(t)
}
