package submit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// S18: the program changes the number of executors by the submitter, and
// refuses where the driver makes them. S6, S8: without waiting it makes those it
// began with, and says what nobody will do.
func TestS18TheProgramScales(t *testing.T) {
	namespace := server.Namespace(t)
	said := submitBound(t, namespace, "--executors-by", "submitter")
	wantExecutors(t, namespace, 2)
	if !strings.Contains(said, "nobody replaces executors that are lost: swage scale -n "+namespace+" pi-") {
		t.Errorf("nobody says that nobody waits:\n%s", said)
	}
	for _, row := range []struct {
		count, says string
		want        int
	}{{"3", "-exec-3 created\n", 3}, {"1", "-exec-3 deleted\n", 1}, {"1", "scaled: 1 executors are wanted, 1 were", 1}} {
		said, told, code := program(t, "scale", "-n", namespace, "pi", row.count)
		if code != 0 || !strings.Contains(said, row.says) {
			t.Errorf("to %s: exit code %d\n%s%s", row.count, code, said, told)
		}
		wantExecutors(t, namespace, row.want)
	}
	other := server.Namespace(t)
	submitBound(t, other, "--executors-by", "driver")
	for args, want := range map[string]string{
		"pi 3": "spark.dynamicAllocation.enabled=true", "pi many": "expected 0 to 200000", "pi -1": "unknown shorthand flag", "nobody 3": "no such application",
	} {
		said, told, code := program(t, append([]string{"scale", "-n", other}, strings.Fields(args)...)...)
		if code == 0 || !strings.Contains(told, want) {
			t.Errorf("%s: exit code %d\n%s%s", args, code, said, told)
		}
	}
}

// submitBound submits two executors without waiting, while the test plays the scheduler.
func submitBound(t *testing.T, namespace string, args ...string) (said string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	drivers, err := server.Client().CoreV1().Pods(namespace).Watch(ctx, metav1.ListOptions{LabelSelector: "spark-role=driver"})
	if err != nil {
		t.Fatal(err)
	}
	bound := make(chan struct{})
	go func() {
		defer close(bound)
		for event := range drivers.ResultChan() {
			if pod, ok := event.Object.(*corev1.Pod); ok && len(pod.Spec.SchedulingGates) == 0 {
				bindDriver(t, pod)
				return
			}
		}
	}()
	said, code := swage(t, append(append([]string{"-n", namespace, "--name", "pi", "--no-wait", "--num-executors", "2"}, args...), pi...)...)
	drivers.Stop()
	<-bound
	if code != 0 {
		t.Fatal(said)
	}
	return said
}
