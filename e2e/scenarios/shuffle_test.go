//go:build node

package scenarios_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/submitter/properties"
)

// twoStages shuffles, loses its executors, and reads what it shuffled. The event
// log tells how often the first stage's tasks ran.
const twoStages = `
data = sc.parallelize(range(1000), 4)
log = "/tmp/" + sc.applicationId
shuffled = data.map(lambda n: (n % 7, n)).groupByKey(2)
tell("first", shuffled.mapValues(sum).values().sum())
gone = set(on_executors(sc, 2, lambda: None))

def writes():
    """Which executors there are now: each of them writes a shuffle of its own."""
    def one(_):
        time.sleep(0.5)
        yield os.environ["SPARK_EXECUTOR_ID"], 1
    return set(sc.parallelize(range(4), 4).mapPartitions(one).groupByKey(2).keys().collect())

tell("lose", sorted(gone))
new = set()
while len(new - gone) < 2:
    new |= writes()
tell("second", shuffled.mapValues(sum).values().sum())
sc.stop()

stages, ran = set(), 0
for line in read(log).splitlines():
    event = json.loads(line)
    if event["Event"] == "SparkListenerStageSubmitted":
        if any(rdd["RDD ID"] == 0 for rdd in event["Stage Info"]["RDD Info"]):  # the range, the first of all
            stages.add(event["Stage Info"]["Stage ID"])
    if event["Event"] == "SparkListenerTaskEnd" and event["Stage ID"] in stages and event["Task Type"] == "ShuffleMapTask":
        ran += 1
tell("first stage's tasks", ran)
`

// S26: all executors die between two stages. With what Spark ships, claims that
// the driver owns and a plugin that reads what it finds in them, their
// successors serve what they wrote: the first stage is not run again.
func TestShuffleOutlivesExecutors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule   string
		plugin string
		tasks  int
	}{
		{"with the plugin it does", "org.apache.spark.shuffle.KubernetesLocalDiskShuffleDataIO", 4},
		{"without it the stage runs again", "", 8},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			loseAllBetweenStages(t, row.plugin, row.tasks)
		})
	}
}

func loseAllBetweenStages(t *testing.T, plugin string, tasks int) {
	t.Helper()
	namespace := cluster.Namespace(t)
	cluster.Provision(t, namespace)
	run := cluster.SwageBegin(t, nodetest.Job{Namespace: namespace, Executors: 2, Script: twoStages, Conf: outliving(t, plugin)})
	run.AwaitTold(t, "lose")
	for _, executor := range run.Executors(t) {
		if err := cluster.Client().CoreV1().Pods(namespace).Delete(t.Context(), executor.Name, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if code, said := run.Ends(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	told := run.Told(t)
	told.Want(t, "first", 499500)
	told.Want(t, "second", 499500)
	told.Want(t, "first stage's tasks", tasks)
}

// outliving are the settings of the example, with this cluster's class of storage, and a shorter wait: a
// claim is used again when it is older than that.
func outliving(t *testing.T, plugin string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(cluster.Root, "deploy", "examples", "spark-conf", "shuffle-outlives-executors.conf"))
	if err != nil {
		t.Fatal(err)
	}
	conf, err := properties.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	const class = "spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.storageClass"
	for _, changed := range []string{class, "spark.kubernetes.allocation.executor.timeout", "spark.shuffle.sort.io.plugin.class"} {
		if conf[changed] == "" {
			t.Errorf("the example does not say %s", changed)
		}
	}
	maps.Copy(conf, map[string]string{
		class: nodetest.StorageClass, "spark.kubernetes.allocation.executor.timeout": "15s", "spark.shuffle.sort.io.plugin.class": plugin,
		"spark.kubernetes.executor.deleteOnTermination": "",
	})
	maps.Copy(conf, eventLog)
	return conf
}

// eventLog lets a script read its own application's log when it has stopped that.
var eventLog = map[string]string{
	"spark.eventLog.enabled":         "true",
	"spark.eventLog.dir":             "file:///tmp",
	"spark.eventLog.rolling.enabled": "false",
	"spark.eventLog.compress":        "false",
}
