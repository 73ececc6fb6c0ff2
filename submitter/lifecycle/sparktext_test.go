package lifecycle_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/lifecycle"
)

// The text was recorded: spark-submit --status of 4.1.2 and of 3.5.9 was shown these pods.
func TestStateIsWrittenAsSparkSubmitWritesIt(t *testing.T) {
	want, err := os.ReadFile("testdata/status/said.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/status/pods.json")
	if err != nil {
		t.Fatal(err)
	}
	var pods []corev1.Pod
	if err := json.Unmarshal(text, &pods); err != nil || len(pods) < 3 {
		t.Fatalf("%d pods, %v", len(pods), err)
	}
	var got strings.Builder
	for i := range pods {
		got.WriteString("Application status (driver): " + lifecycle.SparkState(&pods[i]) + "\n")
	}
	if got.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
