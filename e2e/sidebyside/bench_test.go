//go:build node

package sidebyside

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"swage.dev/swage/e2e/costs"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/spark"
)

// BenchmarkS27BesideSparkSubmit is the same application submitted by swage and
// by the real spark-submit, in turns. Swage makes five executors with it, which
// spark-submit leaves to the driver.
func BenchmarkS27BesideSparkSubmit(b *testing.B) {
	version, err := spark.Version()
	if err != nil {
		b.Fatal(err)
	}
	home, err := spark.Home(b.Context(), spark.Options{Version: version})
	if err != nil {
		b.Fatal(err)
	}
	program, err := product.Program(b.Context(), product.Swage)
	if err != nil {
		b.Fatal(err)
	}
	kubeconfig, namespace := writeKubeconfig(b), server.Namespace(b)
	args := []string{
		"--master", "k8s://" + server.Config().Host, "--deploy-mode", "cluster", "--name", "pi", "--num-executors", "5",
		"--conf", "spark.kubernetes.namespace=" + namespace, "--conf", "spark.kubernetes.submission.waitAppCompletion=false",
		"--conf", "spark.kubernetes.container.image=spark:" + version, "local:///opt/spark/examples/src/main/python/pi.py",
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "KUBECONFIG=" + kubeconfig, "SPARK_HOME=" + home, "SPARK_LOCAL_IP=127.0.0.1"}
	swage := exec.Cmd{Path: program, Args: append([]string{program, "submit", "--executors-by", "submitter", "--gang"}, args...), Env: env}
	submit := filepath.Join(home, "bin", "spark-submit")
	java := exec.Cmd{Path: submit, Args: append([]string{submit}, args...), Env: env}
	var warm, ours, theirs costs.Costs // both programs are warm
	warm.Run(b, again(b, &swage))
	warm.Run(b, again(b, &java))
	b.ResetTimer()
	for b.Loop() {
		ours.Run(b, again(b, &swage))
		ours.Run(b, again(b, &swage)) // twice: it is over before the load has changed
		theirs.Run(b, again(b, &java))
	}
	report(b, &ours, "swage-", "p50-", costs.Median)
	report(b, &ours, "swage-", "best-", slices.Min[[]float64])
	report(b, &theirs, "spark-", "p50-", costs.Median)
	b.ReportMetric(costs.Median(theirs.Wall)/costs.Median(ours.Wall), "wall-ratio")
	b.ReportMetric(costs.Median(theirs.CPU)/costs.Median(ours.CPU), "cpu-ratio")
	b.ReportMetric(costs.Median(theirs.Memory)/costs.Median(ours.Memory), "memory-ratio")
}

func report(b *testing.B, c *costs.Costs, who, what string, of func([]float64) float64) {
	b.Helper()
	b.ReportMetric(of(c.Wall), who+what+"ms")
	b.ReportMetric(of(c.CPU), who+what+"cpu-ms")
	b.ReportMetric(of(c.Memory), who+what+"MiB")
}

// again is a copy of a command, since each runs once.
func again(b *testing.B, command *exec.Cmd) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(b.Context()), command.Path, command.Args[1:]...)
	cmd.Env = command.Env
	return cmd
}
