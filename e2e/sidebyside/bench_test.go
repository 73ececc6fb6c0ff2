//go:build node

package sidebyside

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

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
	measure(b, &swage) // both are warm
	measure(b, &java)
	var ours, theirs costs
	b.ResetTimer()
	for b.Loop() {
		ours.add(measure(b, &swage))
		ours.add(measure(b, &swage)) // twice: it is over before the load has changed
		theirs.add(measure(b, &java))
	}
	ours.report(b, "swage-", "p50-", median)
	ours.report(b, "swage-", "best-", slices.Min[[]float64])
	theirs.report(b, "spark-", "p50-", median)
	b.ReportMetric(median(theirs.wall)/median(ours.wall), "wall-ratio")
	b.ReportMetric(median(theirs.cpu)/median(ours.cpu), "cpu-ratio")
	b.ReportMetric(median(theirs.memory)/median(ours.memory), "memory-ratio")
}

// costs are what processes cost: milliseconds, and MiB.
type costs struct{ wall, cpu, memory []float64 }

func (c *costs) add(wall time.Duration, used *syscall.Rusage) {
	const milli = float64(time.Millisecond)
	c.wall = append(c.wall, float64(wall)/milli)
	c.cpu = append(c.cpu, float64(used.Utime.Nano()+used.Stime.Nano())/milli)
	c.memory = append(c.memory, float64(used.Maxrss)/1024)
}

func (c *costs) report(b *testing.B, who, what string, of func([]float64) float64) {
	b.Helper()
	b.ReportMetric(of(c.wall), who+what+"ms")
	b.ReportMetric(of(c.cpu), who+what+"cpu-ms")
	b.ReportMetric(of(c.memory), who+what+"MiB")
}

func median(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

// measure runs a copy of a command. What its children used counts too:
// spark-submit is a script that starts one JVM and becomes another.
func measure(b *testing.B, command *exec.Cmd) (time.Duration, *syscall.Rusage) {
	b.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(b.Context()), command.Path, command.Args[1:]...)
	cmd.Env = command.Env
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return wall, cmd.ProcessState.SysUsage().(*syscall.Rusage)
}
