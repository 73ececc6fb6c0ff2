package submit_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// three is an application with three executors, each with a claim, and no rights needed to know it.
func three(t *testing.T, namespace string, by submitter.ExecutorsBy, gang bool) *submitter.Objects {
	t.Helper()
	const claim = "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
	line, err := commandline.Parse(append([]string{
		"--master", "k8s://" + server.Config().Host, "--num-executors", "3", "--conf", claim + "mount.path=/d", "--conf", claim + "options.claimName=OnDemand",
		"--conf", claim + "options.storageClass=fast", "--conf", claim + "options.sizeLimit=1Gi",
	}, pi...))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := submitter.Plan(submitter.Options{Line: line, Namespace: namespace, SparkVersion: "4.1.2", ExecutorsBy: by, Gang: gang})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// S5: killed at any call, also at those that make executors, nothing is left
// without an owner on a real server; a gang's driver runs with all of it or not at all.
func TestS5KilledAtEachCallOfMakingExecutors(t *testing.T) {
	for _, row := range []struct {
		rule string
		by   submitter.ExecutorsBy
		gang bool
	}{{"both", submitter.ByBoth, false}, {"submitter", submitter.BySubmitter, false}, {"gang", submitter.BySubmitter, true}} {
		t.Run(row.rule, func(t *testing.T) {
			done := false
			for at := 1; !done; at++ {
				for _, unanswered := range []bool{false, true} {
					done = killedAt(t, at, unanswered, row.by, row.gang)
				}
			}
		})
	}
}

// killedAt submits in a process that dies at a call. It tells whether that call was never made.
func killedAt(t *testing.T, at int, unanswered bool, by submitter.ExecutorsBy, gang bool) (lived bool) {
	t.Helper()
	namespace := server.Namespace(t)
	objects := three(t, namespace, by, gang)
	ctx, die := context.WithCancel(t.Context())
	defer die()
	death := &dying{at: at, unanswered: unanswered, dead: die}
	connected := connection(t, func(real http.RoundTripper) http.RoundTripper {
		death.RoundTripper = real
		return death
	})
	driver, err := lifecycle.Apply(ctx, connected, objects)
	if err == nil {
		bindDriver(t, driver)
		err = lifecycle.Keep(ctx, connected, driver, objects.Executors, lifecycle.KeepOptions{Once: true})
	}
	wantOwned(t, namespace, objects, gang)
	if ctx.Err() == nil && err != nil {
		t.Fatal(err)
	}
	if lived = ctx.Err() == nil; lived && at < 10 {
		t.Errorf("only %d calls", at)
	}
	return lived
}

// bindDriver plays the scheduler.
func bindDriver(t *testing.T, driver *corev1.Pod) {
	t.Helper()
	binding := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: driver.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: "node"}}
	if err := server.Client().CoreV1().Pods(driver.Namespace).Bind(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func wantOwned(t *testing.T, namespace string, objects *submitter.Objects, gang bool) {
	t.Helper()
	driver, executors := podsOf(t, namespace, objects.Driver.Name)
	owners := ownersOf(t, namespace)
	if driver == nil {
		if len(owners)+len(executors) != 0 {
			t.Errorf("no driver, %d executors, %d other objects", len(executors), len(owners))
		}
		return
	}
	known := []types.UID{driver.UID}
	for _, pod := range executors {
		known = append(known, pod.UID)
		owners = append(owners, pod.OwnerReferences[0].UID)
	}
	for _, owner := range owners {
		if !slices.Contains(known, owner) {
			t.Errorf("an object is owned by %q, the driver is %q", owner, driver.UID)
		}
	}
	gated := len(driver.Spec.SchedulingGates) > 0
	if gang && !gated && len(executors) != objects.Executors.Count || !gang && gated && len(executors) > 0 {
		t.Errorf("gated: %v, with %d executors", gated, len(executors))
	}
}

// podsOf are a namespace's driver, nil for none, and executors.
func podsOf(t *testing.T, namespace, name string) (driver *corev1.Pod, executors []corev1.Pod) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		if pod := &pods.Items[i]; pod.Name == name {
			driver = pod
		} else {
			executors = append(executors, *pod)
		}
	}
	return driver, executors
}

// The API server takes the executors of each way of making them, as they are,
// and S18's number is followed: by Scale alone, since nobody waits.
func TestServerTakesExecutors(t *testing.T) {
	for _, by := range []submitter.ExecutorsBy{submitter.ByBoth, submitter.BySubmitter} {
		namespace, to := server.Namespace(t), connection(t, nil)
		objects := three(t, namespace, by, false)
		driver, err := lifecycle.Apply(t.Context(), to, objects)
		if err != nil {
			t.Fatal(err)
		}
		bindDriver(t, driver)
		if err := lifecycle.Keep(t.Context(), to, driver, objects.Executors, lifecycle.KeepOptions{Once: true}); err != nil {
			t.Fatal(err)
		}
		wantExecutors(t, namespace, 3)
		if by == submitter.ByBoth {
			continue
		}
		for _, count := range []int{5, 1, 2} {
			if _, err := lifecycle.Scale(t.Context(), to, &lifecycle.Pods{Driver: driver}, count); err != nil {
				t.Fatal(err)
			}
			wantExecutors(t, namespace, count)
		}
	}
}

func wantExecutors(t *testing.T, namespace string, count int) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor"})
	if err != nil || len(pods.Items) != count {
		t.Errorf("%d executors, want %d; %v", len(pods.Items), count, err)
	}
}
