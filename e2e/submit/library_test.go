package submit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// BenchmarkS27Library is how many applications with five executors each one
// process submits in a minute, the webhook on, beside a bare client that creates
// the same objects without any webhook. They take turns.
func BenchmarkS27Library(b *testing.B) {
	bare, hooked := benchmarkNamespaces(b)
	to := connection(b, nil)
	config := rest.CopyConfig(server.Config())
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		b.Fatal(err)
	}
	library := func(ctx context.Context) error {
		objects, err := planFive(hooked)
		if err == nil {
			_, err = lifecycle.Apply(ctx, to, objects)
		}
		return err
	}
	bareClient := func(ctx context.Context) error {
		objects, err := planFive(bare)
		if err == nil {
			err = createAll(ctx, client, objects)
		}
		return err
	}
	var ours, theirs time.Duration
	b.ResetTimer()
	for b.Loop() {
		theirs += timed(b, bareClient)
		ours += timed(b, library)
	}
	perMinute := func(total time.Duration) float64 { return float64(b.N*batch) / total.Minutes() }
	b.ReportMetric(perMinute(ours), "apps/min")
	b.ReportMetric(perMinute(theirs), "bare-client-apps/min")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
}

// planFive is an application with five executors, as a program plans it.
func planFive(namespace string) (*submitter.Objects, error) {
	line, err := commandline.Parse(append([]string{"--master", "k8s://" + server.Config().Host, "--num-executors", "5"}, pi...))
	if err != nil {
		return nil, err
	}
	return submitter.Plan(submitter.Options{Line: line, Namespace: namespace, SparkVersion: "4.1.2", ExecutorsBy: submitter.BySubmitter, Gang: true})
}

// Of batch applications parallel at a time are submitted.
const batch, parallel = 50, 8

func timed(b *testing.B, submit func(context.Context) error) time.Duration {
	b.Helper()
	begin := time.Now()
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(parallel)
	for range batch {
		group.Go(func() error { return submit(ctx) })
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// createAll creates the objects of a plan in the order of Apply, by a client
// that knows nothing else.
func createAll(ctx context.Context, client kubernetes.Interface, objects *submitter.Objects) error {
	core, create := client.CoreV1(), metav1.CreateOptions{}
	gated := objects.Driver.DeepCopy()
	gated.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: lifecycle.Gate}}
	driver, err := core.Pods(objects.Namespace).Create(ctx, gated, create)
	if err != nil {
		return err
	}
	owners := []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: driver.Name, UID: driver.UID, Controller: new(true)}}
	group, parallel := errgroup.WithContext(ctx)
	for _, o := range objects.Owned {
		o.SetOwnerReferences(owners)
		group.Go(func() (err error) {
			switch o := o.(type) {
			case *corev1.ConfigMap:
				_, err = core.ConfigMaps(objects.Namespace).Create(parallel, o, create)
			case *corev1.Secret:
				_, err = core.Secrets(objects.Namespace).Create(parallel, o, create)
			case *corev1.Service:
				_, err = core.Services(objects.Namespace).Create(parallel, o, create)
			case *networkingv1.NetworkPolicy:
				_, err = client.NetworkingV1().NetworkPolicies(objects.Namespace).Create(parallel, o, create)
			default:
				err = fmt.Errorf("%T is not expected", o)
			}
			return err
		})
	}
	for i := range objects.Executors.Count {
		group.Go(func() error {
			pod := objects.Executors.Pod(i)
			pod.SetOwnerReferences(owners)
			_, err := core.Pods(objects.Namespace).Create(parallel, pod, create)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	lift := fmt.Sprintf(`{"spec":{"schedulingGates":[{"$patch":"delete","name":%q}]}}`, lifecycle.Gate)
	_, err = core.Pods(objects.Namespace).Patch(ctx, driver.Name, types.StrategicMergePatchType, []byte(lift), metav1.PatchOptions{})
	return err
}
