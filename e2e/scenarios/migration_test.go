//go:build node

package scenarios_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/nodetest"
)

// keepsBlocks caches and shuffles what no second computation would make again:
// random numbers. It looks at them once more when Spark has let one of two
// executors go, and then asks for work that takes two.
const keepsBlocks = `
import uuid
draw = lambda _: [str(uuid.uuid4())]
cached = sc.parallelize(range(4), 4).mapPartitions(draw).persist()
shuffled = sc.parallelize(range(4), 4).mapPartitions(draw).map(lambda drawn: (drawn, time.sleep(0.5))).groupByKey(2).keys()

def executors():
    return sc._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is in it

while executors() < 2:
    time.sleep(0.1)
before = sorted(cached.map(lambda drawn: time.sleep(0.5) or drawn).collect()), sorted(shuffled.collect())
while executors() > 1:
    time.sleep(0.1)
after = sorted(cached.collect()), sorted(shuffled.collect())
tell("cached", after[0] == before[0])
tell("shuffled", after[1] == before[1])
tell("again", len(on_executors(sc, 2, lambda: None, nap=1)))
`

// Dynamic allocation with Spark's own defaults, shuffle tracking among them:
// the number of executors goes down and up, which the pods show. What the one
// that went had computed is kept by decommissioning, which moves its blocks.
func TestScalingDownMovesBlocks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		conf map[string]string
		kept bool
	}{
		{"decommissioned, it leaves its blocks to the others", map[string]string{
			"spark.decommission.enabled":         "true",
			"spark.storage.decommission.enabled": "true",
		}, true},
		{"killed, it takes them with it", nil, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			scaleDownAndUp(t, row.conf, row.kept)
		})
	}
}

func scaleDownAndUp(t *testing.T, conf map[string]string, kept bool) {
	t.Helper()
	all := map[string]string{
		"spark.executor.instances":                                "",
		"spark.dynamicAllocation.enabled":                         "true",
		"spark.dynamicAllocation.initialExecutors":                "2",
		"spark.dynamicAllocation.minExecutors":                    "1",
		"spark.dynamicAllocation.maxExecutors":                    "2",
		"spark.dynamicAllocation.executorIdleTimeout":             "5s",
		"spark.dynamicAllocation.cachedExecutorIdleTimeout":       "5s",
		"spark.dynamicAllocation.shuffleTracking.timeout":         "5s",
		"spark.storage.decommission.replicationReattemptInterval": "1s",
	}
	maps.Copy(all, conf)
	run := cluster.SwageBegin(t, nodetest.Job{Namespace: cluster.Namespace(t), Script: keepsBlocks, Conf: all})
	if code, said := run.Ends(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	told := run.Told(t)
	told.Want(t, "cached", kept)
	told.Want(t, "shuffled", kept)
	told.Want(t, "again", 2)
	cluster.Await(t, "the executors' end", func() error {
		for _, pod := range run.Executors(t) {
			if pod.Status.Phase == corev1.PodRunning {
				return fmt.Errorf("%s runs", pod.Name)
			}
		}
		return nil
	})
	wantDownAndUp(t, run.Executors(t))
}

// wantDownAndUp wants two executors from the start, and a third that began when
// one of them had ended.
func wantDownAndUp(t *testing.T, pods []corev1.Pod) {
	t.Helper()
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
	if len(pods) != 3 {
		t.Fatalf("there were the executors %s, want two and a third for the one that went", names(pods))
	}
	ended := func(pod corev1.Pod) *corev1.ContainerStateTerminated {
		return pod.Status.ContainerStatuses[0].State.Terminated
	}
	third := ended(pods[2])
	if third == nil {
		t.Fatal("the driver has ended and its last executor has not")
	}
	for _, pod := range pods[:2] {
		if end := ended(pod); end != nil && end.FinishedAt.Before(&third.StartedAt) {
			return
		}
	}
	t.Errorf("no executor ended before %s, when the third began", third.StartedAt)
}
