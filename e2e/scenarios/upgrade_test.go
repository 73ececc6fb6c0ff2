//go:build node

package scenarios_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

// The server is replaced, one replica after the other, while executors are
// being created, real pods with a program that only waits: each is accepted and
// each is shaped.
func TestARollingUpdateLeavesNoPodUnshaped(t *testing.T) {
	const pods = 30
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": mark("SHAPED", "yes")})
	system := "--namespace=" + webhooktest.SystemNamespace
	old := servers(t)
	if out, err := cluster.Kubectl(t.Context(), system, "rollout", "restart", "deployment/swage-webhook"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	rolled := make(chan error, 1)
	var update sync.WaitGroup
	update.Go(func() { rolled <- rolledOut(t.Context(), old) })
	t.Cleanup(update.Wait)
	made, tried := 0, 0
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	for done := false; !done || made < pods; {
		// The first ones are really created; those after them, until the update
		// is through, only pass admission: 30 are enough for one node.
		shaped(t, namespace, made, made < pods)
		tried++
		if made < pods {
			made++
		}
		select {
		case err := <-rolled:
			if done = true; err != nil {
				t.Fatal(err)
			}
			rolled = nil
		case <-pace.C:
		}
	}
	t.Logf("%d pods were created and %d more admitted during the update", made, tried-made)
	cluster.Await(t, "all pods to run", func() error {
		list, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{FieldSelector: "status.phase=Running"})
		if err == nil && len(list.Items) != pods {
			err = fmt.Errorf("%d run", len(list.Items))
		}
		return err
	})
}

// servers are the names of the server's pods.
func servers(t *testing.T) (names []string) {
	t.Helper()
	list, err := cluster.Client().CoreV1().Pods(webhooktest.SystemNamespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) == 0 {
		t.Fatal("there is no server to replace")
	}
	for _, pod := range list.Items {
		names = append(names, "pod/"+pod.Name)
	}
	return names
}

// rolledOut waits until the new pods serve and the old ones are gone, which
// serve on for a while after Kubernetes calls the update done.
func rolledOut(ctx context.Context, old []string) error {
	system := "--namespace=" + webhooktest.SystemNamespace
	for _, args := range [][]string{
		{"rollout", "status", "deployment/swage-webhook", "--timeout=180s"},
		append([]string{"wait", "--for=delete", "--timeout=120s"}, old...),
	} {
		if out, err := cluster.Kubectl(ctx, append(args, system)...); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	return nil
}

// shaped creates an executor, which must come out with the template's mark.
func shaped(t *testing.T, namespace string, number int, really bool) {
	t.Helper()
	pod := swagetest.Executor(fmt.Sprintf("executor-%d", number), nil)
	pod.Spec.Containers[0].Image = nodes.PauseImage
	var options metav1.CreateOptions
	if !really {
		options.DryRun = []string{metav1.DryRunAll}
	}
	made, err := cluster.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, options)
	if err != nil {
		t.Fatalf("a pod is refused during the update: %v", err)
	}
	if env := made.Spec.Containers[0].Env; len(env) != 1 || env[0] != (corev1.EnvVar{Name: "SHAPED", Value: "yes"}) {
		t.Fatalf("a pod is not shaped: %v", env)
	}
}
