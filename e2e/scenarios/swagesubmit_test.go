//go:build node

package scenarios_test

import (
	"testing"

	"swage.dev/swage/e2e/nodetest"
)

// swage submit does spark-submit's work: a real driver reads the configuration
// that it wrote, makes its executors, and is done; swage exits as it does.
func TestSwageSubmitRunsRealSpark(t *testing.T) {
	t.Parallel()
	run, code := cluster.SwageSubmit(t, nodetest.Job{Namespace: cluster.Namespace(t), Executors: 2, Script: `
tell("executors", len(on_executors(sc, 2, lambda: 1)))
tell("user", read("/opt/spark/conf/job.py") != "")
`}, "--executors-by", "driver")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "executors", 2.0)
	told.Want(t, "user", true)
}

// S17: the exit code is the application's.
func TestSwageSubmitExitsAsTheApplication(t *testing.T) {
	t.Parallel()
	run, code := cluster.SwageSubmit(t, nodetest.Job{Namespace: cluster.Namespace(t), Script: `
import os
os._exit(42)
`})
	ended := run.Pod(t).Status.ContainerStatuses[0].State.Terminated
	if code != 42 || ended == nil || ended.ExitCode != 42 {
		t.Errorf("exit code %d of a program that ended with 42; its container: %+v", code, ended)
	}
}
