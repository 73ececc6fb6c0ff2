//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/maven"
	"swage.dev/swage/e2e/nodetest"
)

// S24: a manifest that wants Prometheus' exporter gets it: driver and executors serve Spark's metrics at the port, by the names and
// labels that the default rules promise, as scraped from the real agent.
func TestS24MetricsAreServedByName(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t)
	exporter, err := maven.JMXExporter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, exporter, filepath.Join(dir, "exporter.jar"))
	job := nodetest.Job{Namespace: cluster.Namespace(t), Script: measuredScript}
	run := cluster.SwageManifest(t, job, strings.NewReplacer(folderPlace, dir, versionPlace, cluster.Spark.Version).Replace(measuredManifest), "--executors-by", "driver")
	run.AwaitTold(t, "ready")

	labels := map[string]string{"app_namespace": job.Namespace, "app_id": "measured"}
	driver := scrape(t, run.Pod(t))
	wantMetrics(t, driver, labels,
		"spark_driver_blockmanager_memory_maxmem_mb", "spark_driver_dagscheduler_job_alljobs", "spark_driver_dagscheduler_messageprocessingtime_count",
		"spark_driver_livelistenerbus_numeventsposted_count", "spark_driver_jvm_heap_used")
	labels["query_name"] = "clicks"
	wantMetrics(t, driver, labels, "spark_structured_streaming_driver_latency")
	delete(labels, "query_name")
	executors := run.Executors(t)
	if len(executors) != 1 {
		t.Fatalf("%d executors", len(executors))
	}
	labels["executor_id"] = executors[0].Labels["spark-exec-id"]
	wantMetrics(t, scrape(t, &executors[0]), labels,
		"spark_executor_threadpool_completetasks", "spark_executor_runtime_count", "spark_executor_shufflebyteswritten_count", "spark_executor_jvm_heap_used")

	if err := os.WriteFile(filepath.Join(dir, "scraped"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if code, said := run.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// wantMetrics wants each of them among what was scraped, above zero, with just these labels; and no other names of Spark's
// than those that the rules promise: in JMX there is a type behind the name, which is no part of it.
func wantMetrics(t *testing.T, scraped []metric, labels map[string]string, names ...string) {
	t.Helper()
	for _, name := range names {
		i := slices.IndexFunc(scraped, func(m metric) bool { return m.name == name })
		if i < 0 {
			t.Errorf("there is no %s", name)
			continue
		}
		if m := scraped[i]; m.value <= 0 || fmt.Sprint(m.labels) != fmt.Sprint(labels) {
			t.Errorf("%s is %v with %v, want %v", name, m.value, m.labels, labels)
		}
	}
	for _, m := range scraped {
		if strings.Contains(m.name, "_type_") || strings.HasPrefix(m.name, "spark_executor_executor_") {
			t.Errorf("%s is none of the names that are promised", m.name)
		}
	}
}

// metric is one that begins with spark_.
type metric struct {
	name   string
	labels map[string]string
	value  float64
}

var metricLine = regexp.MustCompile(`(?m)^(spark_\w+)\{(.*)\} (\S+)$`)

// scrape asks a pod as Prometheus does: at the port and the path that its annotations say, where the exporter may still be starting.
func scrape(t *testing.T, pod *corev1.Pod) (all []metric) {
	t.Helper()
	where := func(what string) string { return pod.Annotations["prometheus.io/"+what] }
	if where("scrape") != "true" {
		t.Fatalf("the annotations of %s are %v", pod.Name, pod.Annotations)
	}
	cluster.Await(t, "the metrics of "+pod.Name, func() error {
		text, err := cluster.Client().CoreV1().Pods(pod.Namespace).ProxyGet("http", pod.Name, where("port"), where("path"), nil).DoRaw(t.Context())
		if err != nil {
			return err
		}
		all = parseMetrics(t, string(text))
		if len(all) == 0 {
			return errors.New("there are none of Spark's")
		}
		return nil
	})
	return all
}

func parseMetrics(t *testing.T, text string) (all []metric) {
	t.Helper()
	label := regexp.MustCompile(`(\w+)="([^"]*)"`)
	for _, found := range metricLine.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(found[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		m := metric{name: found[1], labels: map[string]string{}, value: value}
		for _, l := range label.FindAllStringSubmatch(found[2], -1) {
			m.labels[l[1]] = l[2]
		}
		all = append(all, m)
	}
	return all
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// measuredScript does something of each kind that is asked for: a shuffle, and a stream.
const measuredScript = `
from pyspark.sql import SparkSession
spark = SparkSession(sc)
sc.parallelize(range(100), 4).map(lambda n: (n % 3, n)).groupByKey().count()
query = spark.readStream.format("rate").load().writeStream.format("noop").queryName("clicks").start()
while not query.recentProgress or query.recentProgress[-1]["batchId"] < 2:
    time.sleep(0.2)
tell("ready", True)
while not os.path.exists("/shared/scraped"):
    time.sleep(0.2)
query.stop()
`

// measuredManifest is one whose exporter is on a volume, as it would be in the image.
const measuredManifest = `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: measured}
spec:
  type: Python
  sparkVersion: ` + versionPlace + `
  image: any # a setting is stronger
  mainApplicationFile: ` + nodetest.ScriptPath + `
  sparkConf: {spark.sql.streaming.metricsEnabled: "true"}
  volumes:
  - {name: shared, hostPath: {path: ` + folderPlace + `}}
  driver: &pod
    serviceAccount: ` + nodetest.DriverAccount + `
    memory: 512m
    volumeMounts: [{name: shared, mountPath: /shared}]
  executor:
    <<: *pod
    instances: 1
  monitoring:
    exposeDriverMetrics: true
    exposeExecutorMetrics: true
    prometheus: {jmxExporterJar: /shared/exporter.jar}
`

// What is known when it runs.
const folderPlace, versionPlace = "FOLDER", "VERSION"
