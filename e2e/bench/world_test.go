package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/sparkpods"
	"swage.dev/swage/e2e/swagewebhook"
)

// world is an API server with a namespace for each way to change a pod.
type world struct {
	cluster *cluster.Cluster
	webhook *swagewebhook.Program
	ways    []*way
	pod     *corev1.Pod // the executor to create
}

// way is one way to change pods.
type way struct {
	name      string
	set       func(*testing.B, *world, *way)
	namespace string
	driver    *corev1.Pod
}

// wayLabel tells which way a namespace goes.
const wayLabel = "bench.swage.dev/way"

func newWorld(b *testing.B) *world {
	b.Helper()
	started, err := cluster.Start(b.Context(), cluster.Options{NoAudit: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := started.Close(context.WithoutCancel(b.Context()), b.Failed()); err != nil {
			b.Error(err)
		}
	})
	w := &world{cluster: started, pod: largeExecutor(b), ways: []*way{
		{name: "none", set: nothing},
		{name: "policy", set: policy},
		{name: "constant", set: constant},
		{name: "swage", set: template(smallTemplate)},
		{name: "swage-sidecar", set: template(largeTemplate)},
	}}
	for _, way := range w.ways {
		w.makeNamespace(b, way)
		way.set(b, w, way)
	}
	w.startWebhook(b)
	for _, way := range w.ways {
		way.driver = w.makeDriver(b, way)
		await(b, way.name, func(ctx context.Context) bool {
			dry := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
			made, err := started.Client().CoreV1().Pods(way.namespace).Create(ctx, w.executor(way), dry)
			return err == nil && changed(made) == (way.name != "none")
		})
	}
	return w
}

// startWebhook runs the real binary; it is asked about its own ways only.
func (w *world) startWebhook(b *testing.B) {
	b.Helper()
	binary, err := product.Program(b.Context(), product.Webhook)
	if err != nil {
		b.Fatal(err)
	}
	w.webhook, err = swagewebhook.Start(b.Context(), swagewebhook.Options{
		Cluster: w.cluster, Path: binary, Args: []string{"--log-level=info"},
		Edit: func(config *admissionv1.MutatingWebhookConfiguration) {
			selector := config.Webhooks[0].NamespaceSelector
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: wayLabel, Operator: metav1.LabelSelectorOpNotIn, Values: []string{"none", "policy", "constant"},
			})
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := w.webhook.Stop(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	})
}

func (w *world) makeNamespace(b *testing.B, way *way) {
	b.Helper()
	way.namespace = "bench-" + way.name
	core := w.cluster.Client().CoreV1()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: way.namespace, Labels: map[string]string{wayLabel: way.name}}}
	if _, err := core.Namespaces().Create(b.Context(), namespace, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "spark"}}
	if _, err := core.ServiceAccounts(way.namespace).Create(b.Context(), account, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
}

// largeExecutor is a captured executor with as many variables as large jobs
// have: 60, and 8 kB in all.
func largeExecutor(b *testing.B) *corev1.Pod {
	b.Helper()
	app, err := sparkpods.Load("../..", sparkpods.Versions()[0])
	if err != nil {
		b.Fatal(err)
	}
	pod := app.Executors[0]
	env := &pod.Spec.Containers[0].Env
	for i := len(*env); i < 60; i++ {
		*env = append(*env, corev1.EnvVar{
			Name: fmt.Sprintf("DATA_PLATFORM_SETTING_%d", i), Value: fmt.Sprintf("value-of-setting-%d-as-long-as-they-come-in-real-life-%040d", i, i),
		})
	}
	pod.Name, pod.GenerateName, pod.Namespace = "", "exec-", ""
	return pod
}

// executor is the pod for one creation.
func (w *world) executor(way *way) *corev1.Pod {
	pod := w.pod.DeepCopy()
	pod.OwnerReferences[0].Name, pod.OwnerReferences[0].UID = way.driver.Name, way.driver.UID
	return pod
}

func (w *world) makeDriver(b *testing.B, way *way) *corev1.Pod {
	b.Helper()
	app, err := sparkpods.Load("../..", sparkpods.Versions()[0])
	if err != nil {
		b.Fatal(err)
	}
	app.Driver.Namespace = ""
	made, err := w.cluster.Client().CoreV1().Pods(way.namespace).Create(b.Context(), app.Driver, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return made
}

// residentMB is the memory of the webhook's process.
func (w *world) residentMB(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.webhook.PID()))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	kB, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kB / 1024
}
