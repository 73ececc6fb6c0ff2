//go:build node

package scenarios_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/product"
)

// S7: executors that are there before their driver runs wait until it takes
// them, by the helper in Swage's own image, and none of them fails. S4: with
// spark.authenticate the driver takes only those that know the secret, which it
// did not tell them.
func TestExecutorsWaitForTheirDriver(t *testing.T) {
	t.Parallel()
	run, code := cluster.SwageSubmit(t, nodetest.Job{
		Namespace: cluster.Namespace(t), Executors: 2,
		Conf: map[string]string{"spark.authenticate": "true"},
		Script: `
tell("executors", sorted(on_executors(sc, 2, lambda: 1)))
tell("authenticated", sc.getConf().get("spark.authenticate"))
`,
	}, "--executors-by", "both", "--gang", "--helper-image", product.WebhookImage)
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "executors", []string{"1000001", "1000002"})
	told.Want(t, "authenticated", "true")
	driver := run.Pod(t)
	for _, executor := range run.Executors(t) {
		wantWaited(t, driver, &executor)
	}
}

// wantWaited wants an executor that waited longer than its driver's container took to start.
func wantWaited(t *testing.T, driver, executor *corev1.Pod) {
	t.Helper()
	statuses := executor.Status.InitContainerStatuses
	if len(statuses) == 0 {
		t.Fatalf("%s has no init container", executor.Name)
	}
	waiter := statuses[len(statuses)-1]
	ended, driverState := waiter.State.Terminated, driver.Status.ContainerStatuses[0].State.Terminated
	if waiter.Name != "swage-wait-driver" || waiter.RestartCount > 0 || ended == nil || ended.ExitCode != 0 {
		t.Fatalf("%s: %+v", executor.Name, waiter)
	}
	if driverState == nil || !ended.FinishedAt.After(driverState.StartedAt.Time) {
		t.Errorf("%s stopped waiting at %s, its driver began at %+v", executor.Name, ended.FinishedAt, driverState)
	}
}
