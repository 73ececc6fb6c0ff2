//go:build node

package scenarios_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// Executors that come later, for more work and for one that is lost, are shaped
// too; and Spark's preStop hook does its work although a template has another
// (R13).
func TestDynamicAllocationWithDecommissioning(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{
		"pod.yaml":      mark("SHAPED", "yes"),
		"executor.yaml": "spec: {terminationGracePeriodSeconds: 40, containers: [{name: spark, lifecycle: {preStop: {exec: {command: [sleep, infinity]}}}}]}",
	})
	run := cluster.Submit(t, nodetest.Job{
		Namespace: namespace,
		Conf: map[string]string{
			"spark.executor.instances":                                     "",
			"spark.dynamicAllocation.enabled":                              "true",
			"spark.dynamicAllocation.shuffleTracking.enabled":              "true",
			"spark.dynamicAllocation.minExecutors":                         "1",
			"spark.dynamicAllocation.maxExecutors":                         "2",
			"spark.dynamicAllocation.schedulerBacklogTimeout":              "1s",
			"spark.decommission.enabled":                                   "true",
			"spark.storage.decommission.enabled":                           "true",
			"spark.kubernetes.executor.checkAllContainers":                 "true",
			"spark.dynamicAllocation.sustainedSchedulerBacklogTimeout":     "1s",
			"spark.dynamicAllocation.shuffleTracking.timeout":              "600s",
			"spark.dynamicAllocation.executorIdleTimeout":                  "600s",
			"spark.kubernetes.allocation.batch.delay":                      "1s",
			"spark.executor.decommission.forceKillTimeout":                 "20s",
			"spark.kubernetes.executor.terminationGracePeriodSeconds":      "40s",
			"spark.storage.decommission.shuffleBlocks.enabled":             "true",
			"spark.storage.decommission.rddBlocks.enabled":                 "true",
			"spark.storage.decommission.shuffleBlocks.refreshIntervalSecs": "1",
		},
		Script: `
look = lambda: os.environ.get("SHAPED")
tell("first", on_executors(sc, 1, look).get("1"))
# Naps of a second: work must wait for longer than the backlog's timeout, or one
# executor is found to be enough.
tell("more", len(on_executors(sc, 2, look, nap=1)))
while True:  # until there is one that came after a loss
    seen = on_executors(sc, 2, look, nap=1)
    if "3" in seen:
        break
tell("third", seen["3"])
`,
	})
	run.AwaitTold(t, "more")
	lost := run.Executors(t)[0]
	if hook := nodetest.Spark(t, &lost).Lifecycle; hook == nil || hook.PreStop.Exec.Command[0] != "/opt/decom.sh" {
		t.Errorf("the preStop hook is %+v, want Spark's", hook)
	}
	if err := cluster.Client().CoreV1().Pods(namespace).Delete(t.Context(), lost.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "first", "yes")
	told.Want(t, "more", 2)
	told.Want(t, "third", "yes")
	if log := run.Log(t); !strings.Contains(strings.ToLower(log), "decommission executor") {
		t.Error("the driver never heard that an executor decommissions itself: its preStop hook did not work")
	}
}
