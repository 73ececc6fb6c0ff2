package lifecycle_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// withConf is a driver that reads its settings from an object of that kind.
func withConf(kind string) *corev1.Pod {
	driver := sparkPod("driver", "d")
	volume := corev1.Volume{Name: "spark-conf-volume-driver"}
	if kind == "Secret" {
		volume.Secret = &corev1.SecretVolumeSource{SecretName: "c"}
	} else {
		volume.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "c"}}
	}
	driver.Spec.Volumes = []corev1.Volume{volume}
	driver.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("896Mi")}
	return driver
}

func confMap(settings string) string {
	text, _ := json.Marshal(map[string]any{"data": map[string]string{"spark.properties": settings}})
	return string(text)
}

const failedLog = "26/11/21 10:00:00 INFO SparkContext: x\nTraceback (most recent call last):\n  File \"/job.py\", line 3, in <module>\n    connect(password=\"pa55\")\nValueError: no table at s3-key-0815\n"

// A failed driver is told by its exception; nothing that is secret by Spark's idea is in it.
func TestPostMortemTellsTheException(t *testing.T) {
	settings := "spark.hadoop.fs.s3a.secret.key=s3-key-0815\nspark.driver.memory=512m\n"
	for kind, fixed := range map[string]map[string]string{
		"ConfigMap": {"GET configmaps/c": confMap(settings)},
		"Secret":    {"GET secrets/c": confMap(base64.StdEncoding.EncodeToString([]byte(settings)))},
	} {
		fixed["GET pods/d/log?container=spark-kubernetes-driver"] = failedLog
		a := &answers{fixed: fixed}
		lines := lifecycle.PostMortem(t.Context(), a.server(), withConf(kind), &lifecycle.Outcome{ExitCode: 1, Lost: []lifecycle.Loss{{Reason: "OOMKilled", Count: 2}, {Reason: "exit code 1", Count: 1}}}, nil)
		text := strings.Join(lines, "\n")
		wantAll(t, text, "ValueError: no table", "/job.py", "executors lost: 2 OOMKilled, 1 exit code 1", "spark.executor.memoryOverhead")
		wantNone(t, text, "s3-key-0815", "pa55", "INFO")
	}
}

func TestPostMortemSetsTheLimitBesideTheHeap(t *testing.T) {
	a := &answers{fixed: map[string]string{"GET configmaps/c": confMap("spark.driver.memory=512m\n"), "GET pods/d/log": failedLog}}
	text := strings.Join(lifecycle.PostMortem(t.Context(), a.server(), withConf("ConfigMap"), &lifecycle.Outcome{ExitCode: 137, Reason: "OOMKilled"}, nil), "\n")
	wantAll(t, text, "896Mi", "512m (spark.driver.memory)", "spark.driver.memoryOverhead")
	wantNone(t, text, "ValueError") // of an earlier failure that was survived

	a.fixed["GET pods/d/log"] = "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space\n\tat A.b(A.java:1)\n"
	text = strings.Join(lifecycle.PostMortem(t.Context(), a.server(), withConf("ConfigMap"), &lifecycle.Outcome{ExitCode: 1}, nil), "\n")
	wantAll(t, text, "the heap is too small: it is 512m by spark.driver.memory", "A.java:1")
}

// What cannot be read is left out, and is no failure.
func TestPostMortemOfADriverThatIsGone(t *testing.T) {
	a := &answers{}
	if lines := lifecycle.PostMortem(t.Context(), a.server(), withConf("Secret"), &lifecycle.Outcome{ExitCode: 125, Reason: "the driver was deleted"}, nil); len(lines) != 0 {
		t.Errorf("got %q", lines)
	}
	lines := lifecycle.PostMortem(t.Context(), a.server(), withConf("Secret"), &lifecycle.Outcome{ExitCode: 137, Reason: "OOMKilled"}, nil)
	if len(lines) != 1 || !strings.Contains(lines[0], "896Mi; for what") {
		t.Errorf("got %q", lines)
	}
}

// Whoever submitted knows the settings, and need not be allowed to read them back.
func TestPostMortemOfOnesOwnApplication(t *testing.T) {
	objects := submittertest.Request{Args: []string{"--conf", "spark.my.token=s3-key-0815"}}.Must(t)
	a := &answers{fixed: map[string]string{"GET pods/d/log": failedLog}}
	text := strings.Join(lifecycle.PostMortem(t.Context(), a.server(), sparkPod("driver", "d"), &lifecycle.Outcome{ExitCode: 1}, objects.Settings()), "\n")
	wantAll(t, text, "ValueError: no table at ")
	wantNone(t, text, "s3-key-0815")
}
