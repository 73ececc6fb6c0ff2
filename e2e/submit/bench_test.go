package submit_test

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"swage.dev/swage/e2e/product"
)

// BenchmarkProgram is one submission, from the start of the process to the last
// call's answer, with the API server on the same machine: what it costs the
// client in time, processor and memory.
func BenchmarkProgram(b *testing.B) {
	program, err := product.Program(b.Context(), product.Swage)
	if err != nil {
		b.Fatal(err)
	}
	namespace := server.Namespace(b)
	args := append([]string{"submit", "--kubeconfig", server.Kubeconfig(), "-n", namespace, "--no-wait"}, pi...)
	submitOnce(b, program, args) // the binary is warm
	var cpu time.Duration
	var peak int64
	b.ResetTimer()
	for b.Loop() {
		used := submitOnce(b, program, args)
		cpu += time.Duration(used.Utime.Nano() + used.Stime.Nano())
		peak = max(peak, used.Maxrss)
	}
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
}

func submitOnce(b *testing.B, program string, args []string) *syscall.Rusage {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, args...)
	cmd.Env = []string{"SPARK_USER=alice"}
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage)
}
