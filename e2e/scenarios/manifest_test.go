//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/nodetest"
)

// examples are manifests with the features of the Spark operator's own.
const examples = "../../submitter/sparkapplication/testdata/examples"

var program = regexp.MustCompile(`(?m)^( +)type: (Scala|Python)\n( +mainClass: .*\n)? +mainApplicationFile: .*\n`)

// example is a manifest that runs the one example program that the image has.
func example(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !program.Match(text) {
		t.Fatalf("%s has no program to replace", name)
	}
	return program.ReplaceAllString(string(text), "${1}type: Python\n${1}mainApplicationFile: local:///opt/spark/examples/pi.py\n")
}

// S24: what the operator's own examples ask for runs, and swage exits as they do.
func TestS24ExamplesRun(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pi", "python", "dynamic-allocation", "configmap", "emptydir", "custom-resource", "pod-template", "prometheus-servlet"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			job := nodetest.Job{Namespace: cluster.Namespace(t)}
			cluster.ConfigMap(t, job.Namespace, "pi-settings", map[string]string{"colour": "blue"})
			cluster.Secret(t, job.Namespace, "pi-secret", map[string]string{"word": "hush"})
			run := cluster.SwageManifest(t, job, example(t, name))
			if code, said := run.Ends(t); code != 0 {
				t.Fatalf("exit code %d\n%s", code, said)
			}
			if log := run.Log(t); !strings.Contains(log, "Pi is roughly 3.1") {
				t.Errorf("the driver says\n%s", log)
			}
		})
	}
}

// S24: a time to live removes all of an application, a minute after its end or
// as long as it says.
func TestS24TimeToLive(t *testing.T) {
	t.Parallel()
	job := nodetest.Job{Namespace: cluster.Namespace(t)}
	manifest := strings.Replace(example(t, "ttl"), "timeToLiveSeconds: 60", "timeToLiveSeconds: 5", 1)
	if code, said := cluster.SwageManifestJob(t, job, manifest, "--wait").Ends(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	cluster.Await(t, "everything to be removed", func() error {
		jobs, err1 := cluster.Client().BatchV1().Jobs(job.Namespace).List(t.Context(), metav1.ListOptions{})
		maps, err2 := cluster.Client().CoreV1().ConfigMaps(job.Namespace).List(t.Context(), metav1.ListOptions{})
		pods, err3 := cluster.Client().CoreV1().Pods(job.Namespace).List(t.Context(), metav1.ListOptions{})
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		if left := len(jobs.Items) + len(pods.Items); left > 0 || len(maps.Items) > 1 { // every namespace has kube-root-ca.crt
			return fmt.Errorf("there are %d Jobs and pods and %d ConfigMaps", left, len(maps.Items))
		}
		return nil
	})
}

// S24: a ScheduledSparkApplication runs by a CronJob.
func TestS24ScheduleRuns(t *testing.T) {
	t.Parallel()
	job := nodetest.Job{Namespace: cluster.Namespace(t)}
	if code, said := cluster.SwageManifestJob(t, job, example(t, "scheduled")).Ends(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	for _, command := range [][]string{{"schedule", "trigger", "scheduled"}, {"wait", "scheduled"}} {
		if code, said := cluster.Swage(t, job.Namespace, append(command, "-n", job.Namespace)...).Ends(t); code != 0 {
			t.Fatalf("%q: exit code %d\n%s", command, code, said)
		}
	}
}

// S24: what fields say is what the processes see, in the driver and in
// executors, whoever made them.
func TestS24FieldsReachBothProcesses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, by string
		named    bool // by templates that executors ask for, since whoever submits may write them
	}{{"both", "both", false}, {"driver", "driver", false}, {"templates", "driver", true}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			job := nodetest.Job{Namespace: cluster.Namespace(t), Script: seenScript}
			if row.named {
				cluster.Grant(t, job.Namespace, nodetest.Submitter, "swage-template-writer")
			}
			cluster.ConfigMap(t, job.Namespace, "pi-settings", map[string]string{"colour": "blue"})
			cluster.Secret(t, job.Namespace, "pi-secret", map[string]string{"word": "hush"})
			run := cluster.SwageManifest(t, job, strings.ReplaceAll(seenManifest, sparkImagePlace, cluster.Spark.Image), "--executors-by", row.by)
			if code, said := run.Ends(t); code != 0 {
				t.Fatalf("exit code %d\n%s", code, said)
			}
			want := map[string]any{
				"plain": "plain", "from": "blue", "all": "hush", "older": "older", "mount": "blue", "map": "blue", "secret": "hush", "scratch": "/scratch",
				"host": true, "privileges": "0000000000000000", "prepared": "yes", "password": "4711",
			}
			told := run.Told(t)
			told.Want(t, "driver", want)
			var executors map[string]any
			if told.Read(t, "executors", &executors); len(executors) != 1 {
				t.Fatalf("executors saw %v", executors)
			}
			for id := range executors {
				told.Want(t, "executors", map[string]any{id: want})
			}
			executorPods := run.Executors(t)
			for _, pod := range append(executorPods, *run.Pod(t)) {
				wantShape(t, &pod)
			}
			for _, pod := range executorPods {
				// Spark writes a limit itself: only the webhook gives another to what the driver makes.
				limit, shaped := pod.Spec.Containers[0].Resources.Limits.Memory().String(), pod.Annotations["swage.dev/shaped"] != ""
				if shaped != row.named || (limit == "2Gi") != (row.named || row.by == "both") {
					t.Errorf("%s: a limit of %s, shaped %t", pod.Name, limit, shaped)
				}
			}
		})
	}
}

func wantShape(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if !ran(pod.Status.InitContainerStatuses, "shipper") {
		t.Errorf("the sidecar of %s never ran, or is none that ends with Spark", pod.Name)
	}
	if grace := pod.Spec.TerminationGracePeriodSeconds; grace == nil || *grace != 21 || pod.Labels["tier"] != "batch" || pod.Labels["sparkoperator.k8s.io/app-name"] != "seen" {
		t.Errorf("%s: grace %v, labels %v", pod.Name, grace, pod.Labels)
	}
}

const seenScript = `
def look():
    with open("/proc/1/status") as status:
        privileges = dict(line.strip().split(":\t", 1) for line in status if ":\t" in line)["CapBnd"]
    return {
        "plain": container_env("PLAIN"), "from": container_env("FROM"), "all": container_env("word"), "older": container_env("OLDER"),
        "mount": read("/mnt/settings/colour"), "map": read("/etc/map/colour"), "secret": read("/etc/secret/word"),
        "scratch": container_env("SPARK_LOCAL_DIRS"), "host": "10.1.2.3" in read("/etc/hosts"), "privileges": privileges.strip(),
        "prepared": read("/shared/prepared"), "password": container_env("DB_PASSWORD"),
    }

tell("driver", look())
tell("executors", on_executors(sc, 1, look))
`

const seenManifest = `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: seen}
spec:
  type: Python
  sparkVersion: 4.1.2
  image: any # a setting is stronger
  mainApplicationFile: ` + nodetest.ScriptPath + `
  volumes:
  - {name: settings, configMap: {name: pi-settings}}
  - {name: shared, emptyDir: {}}
  - {name: spark-local-dir-1, emptyDir: {medium: Memory, sizeLimit: 100Mi}}
  driver: &pod
    serviceAccount: ` + nodetest.DriverAccount + `
    memory: 512m
    labels: {tier: batch}
    env:
    - {name: PLAIN, value: plain}
    - {name: DB_PASSWORD, value: "4711"}
    - name: FROM
      valueFrom: {configMapKeyRef: {name: pi-settings, key: colour}}
    envVars: {OLDER: older}
    envFrom:
    - secretRef: {name: pi-secret}
    volumeMounts:
    - {name: settings, mountPath: /mnt/settings}
    - {name: shared, mountPath: /shared, readOnly: true}
    - {name: spark-local-dir-1, mountPath: /scratch}
    configMaps: [{name: pi-settings, path: /etc/map}]
    secrets: [{name: pi-secret, path: /etc/secret, secretType: Generic}]
    hostAliases: [{ip: 10.1.2.3, hostnames: [old.example.com]}]
    terminationGracePeriodSeconds: 21
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    initContainers:
    - name: prepare
      image: ` + sparkImagePlace + `
      command: [bash, -c, "echo yes > /shared/prepared"]
      volumeMounts: [{name: shared, mountPath: /shared}]
    sidecars:
    - {name: shipper, image: ` + nodes.PauseImage + `}
  executor:
    <<: *pod
    instances: 1
    memoryLimit: 2g
`

// sparkImagePlace stands for the cluster's image of Spark, which is known when it runs.
const sparkImagePlace = "IMAGE"
