package nodetest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"swage.dev/swage/e2e/product"
)

// SwageSubmit runs swage submit with the arguments that Submit gives to
// spark-submit, and waits as it does. It returns the job and how swage exited.
func (c *Cluster) SwageSubmit(t testing.TB, job Job) (run *Run, code int) {
	t.Helper()
	job.setDefaults()
	program, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	conf := t.TempDir()
	if err := os.WriteFile(filepath.Join(conf, scriptName), []byte(prelude+"\n"+job.Script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append([]string{"submit", "--wait"}, job.args(c)...)...)
	cmd.Env = append([]string{"SPARK_HOME=" + c.Spark.Home, "SPARK_CONF_DIR=" + conf, "KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}, job.Env...)
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^pod name: (\S+)$`).FindStringSubmatch(string(out))
	if found == nil {
		t.Fatalf("swage submit does not say which driver it made:\n%s", out)
	}
	return &Run{cluster: c, job: job, Driver: found[1]}, cmd.ProcessState.ExitCode()
}
