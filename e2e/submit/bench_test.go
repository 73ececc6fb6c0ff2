package submit_test

import (
	"os/exec"
	"slices"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/costs"
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
	var warm, plain, shaped costs.Costs // the binary is warm
	warm.Run(b, submission(b, program, bare))
	b.ResetTimer()
	for b.Loop() {
		plain.Run(b, submission(b, program, bare))
		shaped.Run(b, submission(b, program, hooked))
	}
	report(b, &plain, "")
	b.ReportMetric(costs.Median(shaped.Wall)/costs.Median(plain.Wall), "webhook-ratio")
}

func report(b *testing.B, c *costs.Costs, who string) {
	b.Helper()
	b.ReportMetric(slices.Min(c.Wall), who+"best-ms")
	b.ReportMetric(costs.Median(c.Wall), who+"p50-ms")
	b.ReportMetric(costs.Median(c.CPU), who+"p50-cpu-ms")
	b.ReportMetric(slices.Max(c.Memory), who+"peak-MiB")
}

func submission(b *testing.B, program, namespace string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, append([]string{"submit", "--kubeconfig", server.Kubeconfig(), "-n", namespace, "--no-wait"}, five...)...)
	cmd.Env = []string{"SPARK_USER=alice"}
	return cmd
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
