package nodetest

import (
	"os/exec"
	"testing"

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
	job.setDefaults()
	program, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append(append([]string{"submit", "--wait"}, options...), job.args(c)...)...)
	cmd.Env = append([]string{"SPARK_HOME=" + c.Spark.Home, "SPARK_CONF_DIR=" + job.confDir(t), "KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}, job.Env...)
	command := started(t, cmd)
	return &Waiting{Run: &Run{cluster: c, job: job, Driver: command.Driver(t)}, command: command}
}

// Ends waits for swage's end, and returns its exit code and all that it said.
func (w *Waiting) Ends(t testing.TB) (code int, said string) {
	t.Helper()
	return w.command.Ends(t)
}
