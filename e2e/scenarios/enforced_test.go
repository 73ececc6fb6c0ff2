//go:build node

package scenarios_test

import (
	"testing"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// R11: whatever the job's own conf says, the enforced value is what runs; what
// no template enforces stays the job's. What is enforced is the container's: a
// Python worker gets spark.executorEnv.* from Spark a second time, past the pod.
func TestWhatIsEnforcedRuns(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "proxy", podtemplate.Enforced, map[string]string{"pod.yaml": `
metadata: {labels: {cost-center: "4711"}}
spec:
  containers:
  - name: spark
    env:
    - {name: EGRESS_PROXY, value: proxy.platform}
    - {name: COST_CENTER, valueFrom: {fieldRef: {fieldPath: "metadata.labels['cost-center']"}}}
`})
	run := cluster.Submit(t, nodetest.Job{
		Namespace: namespace,
		Conf: map[string]string{
			"spark.kubernetes.driverEnv.EGRESS_PROXY":     "none",
			"spark.executorEnv.EGRESS_PROXY":              "none",
			"spark.kubernetes.driverEnv.OWN":              "mine",
			"spark.executorEnv.OWN":                       "mine",
			"spark.kubernetes.executor.label.cost-center": "0",
		},
		Script: `
look = lambda: [container_env(name) for name in ("EGRESS_PROXY", "OWN", "COST_CENTER")]
tell("driver", look())
tell("executors", on_executors(sc, 1, look))
tell("workers", on_executors(sc, 1, lambda: os.environ["EGRESS_PROXY"]))
`,
	})
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "driver", []string{"proxy.platform", "mine", "4711"})
	told.Want(t, "executors", map[string]any{"1": []string{"proxy.platform", "mine", "4711"}})
	told.Want(t, "workers", map[string]any{"1": "none"}) // docs/spark-notes.md says so; if it fails, good news
}
