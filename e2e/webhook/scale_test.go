package webhook_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

// BenchmarkTenThousandTemplates shows what a cluster with far more templates
// than any will have costs a replica: the time from its start until it is ready,
// and its memory then.
func BenchmarkTenThousandTemplates(b *testing.B) {
	const namespaces, each, clients = 100, 100, 8
	var group errgroup.Group
	group.SetLimit(clients)
	for range namespaces {
		namespace := server.Namespace(b)
		for i := range each {
			group.Go(func() error {
				template := swagetest.TemplateMap(namespace, fmt.Sprintf("template-%d", i), podtemplate.Named, map[string]string{"pod.yaml": sidecarTemplate})
				_, err := server.Client().CoreV1().ConfigMaps(namespace).Create(b.Context(), template, metav1.CreateOptions{})
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		began := time.Now()
		replica := startReplica(b, swagewebhook.Options{})
		b.ReportMetric(time.Since(began).Seconds(), "s-until-ready")
		b.ReportMetric(float64(memoryOf(b, replica.PID(), "VmRSS"))/1024, "MiB-resident")
		b.ReportMetric(float64(memoryOf(b, replica.PID(), "VmHWM"))/1024, "MiB-peak")
		if err := replica.Stop(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	}
}
