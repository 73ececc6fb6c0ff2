package submit_test

import (
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

// five is an application with five executors that swage makes with the driver.
var five = append([]string{"--executors-by", "submitter", "--gang", "--num-executors", "5"}, pi...)

// BenchmarkS27Program is one submission of an application with five executors,
// from the start of the process to the last call's answer, with the API server
// on the same machine: what it costs the client in time, processor and memory.
// Submissions with the webhook and without it take turns.
func BenchmarkS27Program(b *testing.B) {
	program, err := product.Program(b.Context(), product.Swage)
	if err != nil {
		b.Fatal(err)
	}
	bare, hooked := benchmarkNamespaces(b)
	submitOnce(b, program, bare) // the binary is warm
	var plain, shaped costs
	b.ResetTimer()
	for b.Loop() {
		plain.add(submitOnce(b, program, bare))
		shaped.add(submitOnce(b, program, hooked))
	}
	plain.report(b, "")
	b.ReportMetric(median(shaped.wall)/median(plain.wall), "webhook-ratio")
}

// costs are what processes cost.
type costs struct {
	wall, cpu []float64 // milliseconds
	peak      float64   // MiB
}

func (c *costs) add(wall time.Duration, used *syscall.Rusage) {
	const milli = float64(time.Millisecond)
	c.wall = append(c.wall, float64(wall)/milli)
	c.cpu = append(c.cpu, float64(used.Utime.Nano()+used.Stime.Nano())/milli)
	c.peak = max(c.peak, float64(used.Maxrss)/1024)
}

func (c *costs) report(b *testing.B, who string) {
	b.Helper()
	b.ReportMetric(slices.Min(c.wall), who+"best-ms")
	b.ReportMetric(median(c.wall), who+"p50-ms")
	b.ReportMetric(median(c.cpu), who+"p50-cpu-ms")
	b.ReportMetric(c.peak, who+"peak-MiB")
}

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func submitOnce(b *testing.B, program, namespace string) (time.Duration, *syscall.Rusage) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, append([]string{"submit", "--kubeconfig", server.Kubeconfig(), "-n", namespace, "--no-wait"}, five...)...)
	cmd.Env = []string{"SPARK_USER=alice"}
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return wall, cmd.ProcessState.SysUsage().(*syscall.Rusage)
}

// benchmarkNamespaces are two: the webhook is called for pods of the second only.
func benchmarkNamespaces(b *testing.B) (bare, hooked string) {
	b.Helper()
	const label = "hooked"
	path, err := product.Program(b.Context(), product.Webhook)
	if err != nil {
		b.Fatal(err)
	}
	server.EnsureNamespace(b, swagewebhook.Probes)
	patch := []byte(`{"metadata":{"labels":{"` + label + `":"yes"}}}`)
	if _, err := server.Client().CoreV1().Namespaces().Patch(b.Context(), swagewebhook.Probes, "application/merge-patch+json", patch, metav1.PatchOptions{}); err != nil {
		b.Fatal(err)
	}
	bare, hooked = server.Namespace(b), server.NamespaceWith(b, map[string]string{label: "yes"})
	template := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "base", Labels: map[string]string{podtemplate.TemplateLabel: string(podtemplate.Default)}},
		Data:       map[string]string{"pod.yaml": `{spec: {nodeSelector: {disk: ssd}, tolerations: [{key: spot, operator: Exists}], containers: [{name: spark, env: [{name: A, value: b}]}]}}`},
	}
	if _, err := server.Client().CoreV1().ConfigMaps(hooked).Create(b.Context(), template, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
	webhook, err := swagewebhook.Start(b.Context(), swagewebhook.Options{Cluster: server.Cluster, Path: path, Edit: func(c *admissionv1.MutatingWebhookConfiguration) {
		for i := range c.Webhooks {
			c.Webhooks[i].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{label: "yes"}}
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := webhook.Remove(b.Context(), server.Client()); err != nil {
			b.Error(err)
		}
	})
	return bare, hooked
}
