package nodetest

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Job is one application for spark-submit. Namespace and Script are required.
type Job struct {
	Namespace string
	// Name is the application's. Default "job".
	Name string
	// Script is Python. Before it stand the functions of prelude.py; it says
	// what it saw by tell(name, value).
	Script string
	// Program is where the program is. Default: the script, as a part of the
	// submitter's configuration.
	Program string
	// Executors is their number. Default 1.
	Executors int
	// Conf is added, and wins over what Submit sets.
	Conf map[string]string
	// Env is added to spark-submit's environment.
	Env []string
}

// prelude is what scripts are made of.
//
//go:embed prelude.py
var prelude string

// scriptPath is where Spark puts the files of the submitter's configuration
// folder: in the driver, beside spark.properties. So a script needs no template
// to get there.
const (
	scriptName = "job.py"
	scriptPath = "local:///opt/spark/conf/" + scriptName
)

func (j *Job) setDefaults() {
	if j.Name == "" {
		j.Name = "job"
	}
	if j.Executors == 0 {
		j.Executors = 1
	}
}

// quickJVM is for programs that run for seconds: compile once and badly, and
// collect garbage with one thread.
const quickJVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

// allocation keeps Spark from making one executor more than it was told to. It
// tries the name of another one when its watch takes longer than a round, which is
// a second by default, and fewer than four that exist have not all the names that
// it tries (docs/submit.md, "both"). How it does by default is shown with thirty.
func allocation() map[string]string {
	return map[string]string{"spark.kubernetes.allocation.batch.delay": "5s"}
}

// conf is as small as a JVM can be, so that two jobs fit on two cores; pods of
// executors stay, for the test to look at.
func (j *Job) conf(c *Cluster) map[string]string {
	conf := map[string]string{
		"spark.kubernetes.container.image":                        c.Spark.Image,
		"spark.kubernetes.namespace":                              j.Namespace,
		"spark.kubernetes.authenticate.driver.serviceAccountName": DriverAccount,
		"spark.kubernetes.submission.waitAppCompletion":           "false",
		"spark.kubernetes.executor.deleteOnTermination":           "false",
		"spark.kubernetes.driver.request.cores":                   "100m",
		"spark.kubernetes.executor.request.cores":                 "100m",
		"spark.driver.extraJavaOptions":                           quickJVM,
		"spark.executor.extraJavaOptions":                         quickJVM,
		"spark.driver.memory":                                     "512m",
		"spark.executor.memory":                                   "512m",
		"spark.executor.instances":                                strconv.Itoa(j.Executors),
		"spark.ui.enabled":                                        "false",
		"spark.kubernetes.submission.requestTimeout":              "60000",
		"spark.kubernetes.driver.requestTimeout":                  "60000",
		"spark.kubernetes.submission.connectionTimeout":           "60000",
		"spark.kubernetes.driver.connectionTimeout":               "60000",
		"spark.kubernetes.allocation.driver.readinessTimeout":     "60s",
		"spark.kubernetes.executor.missingPodDetectDelta":         "120s",
		"spark.scheduler.maxRegisteredResourcesWaitingTime":       "120s",
		"spark.scheduler.minRegisteredResourcesRatio":             "1.0",
	}
	maps.Copy(conf, allocation())
	maps.Copy(conf, j.Conf)
	for key, value := range conf {
		if value == "" {
			delete(conf, key)
		}
	}
	return conf
}

func (j *Job) args(c *Cluster) []string {
	args := []string{"--master", "k8s://" + c.Config().Host, "--deploy-mode", "cluster", "--name", j.Name}
	conf := j.conf(c)
	for _, key := range slices.Sorted(maps.Keys(conf)) {
		args = append(args, "--conf", key+"="+conf[key])
	}
	return append(args, cmp.Or(j.Program, scriptPath))
}

// Spark finds Spark's own container of a pod: the only one, or by its role.
func Spark(t testing.TB, pod *corev1.Pod) *corev1.Container {
	t.Helper()
	if len(pod.Spec.Containers) == 1 {
		return &pod.Spec.Containers[0]
	}
	for i := range pod.Spec.Containers {
		if c := &pod.Spec.Containers[i]; len(c.Args) > 0 && (c.Args[0] == "driver" || c.Args[0] == "executor") {
			return c
		}
	}
	t.Fatal(fmt.Errorf("the pod %s has no container of Spark's", pod.Name))
	return nil
}
