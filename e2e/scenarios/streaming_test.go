//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
)

// batches is how many the stream has: one for each of its files.
const batches = 30

// late is a batch that the first attempt does not come to, and the second waits for before it wants all that there is.
const late = 20

// stream reads a file a batch. It does not count on the number of batches: where an attempt ends between noting a file in the
// source's log and planning its batch, the next batch has two files.
const stream = `
from pyspark.sql import SparkSession
spark = SparkSession(sc)
query = (spark.readStream.schema("n INT").option("maxFilesPerTrigger", 1).json("file:///shared/in")
         .writeStream.format("json").option("path", "file:///shared/out").option("checkpointLocation", "file:///shared/checkpoint")
         .trigger(processingTime="1 second").start())
seen, deep = [], False
def look():
    for progress in query.recentProgress:
        if progress["numInputRows"] and progress["batchId"] not in seen:
            seen.append(progress["batchId"])
            tell("seen", seen)
while not seen or seen[-1] < LATE:
    time.sleep(0.1)
    if not query.isActive:
        raise query.exception() or RuntimeError("the stream has ended")
    look()
    if seen and seen[-1] >= 5 and not deep:
        deep = True
        tell("deep", True)
query.processAllAvailable()
look()
query.stop()
rows = [row.n for row in spark.read.schema("n INT").json("file:///shared/out").collect()]
tell("rows", sorted(rows))
`

// streamFolder is a shared one with a file for each batch.
func streamFolder(t *testing.T) string {
	t.Helper()
	dir := sharedFolder(t)
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range batches {
		if err := os.WriteFile(filepath.Join(dir, "in", fmt.Sprintf("%02d.json", n)), fmt.Appendf(nil, "{\"n\": %d}\n", n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// S21: a stream with a checkpoint goes on where it was, after its driver was
// deleted: each row is there once, and no batch twice.
func TestS21AStreamGoesOnAfterItsDriverIsGone(t *testing.T) {
	t.Parallel()
	s := startStream(t)
	if err := cluster.Client().CoreV1().Pods(s.job.Namespace).Delete(t.Context(), s.first.Driver, metav1.DeleteOptions{GracePeriodSeconds: new(int64(1))}); err != nil {
		t.Fatal(err)
	}
	s.wantExactlyOnce(t, s.wantSecondAttempt(t, 1, "the pod was deleted"))
}

// S21: so it does after its driver has crashed: the JVM is killed in the middle
// of its work, has no chance to end anything, and takes the container with it.
func TestS21AStreamGoesOnAfterItsDriverHasCrashed(t *testing.T) {
	t.Parallel()
	s := startStream(t)
	// It may be gone before it has answered.
	out, _ := cluster.Kubectl(t.Context(), "exec", "-n", s.job.Namespace, s.first.Driver, "--", "pkill", "-KILL", "-x", "java")
	attempts := s.wantSecondAttempt(t, 2, "exit code 137")
	pod := attempts[0].Pod(t)
	ended := pod.Status.ContainerStatuses[0].State.Terminated
	if attempts[0].Driver != s.first.Driver || pod.Status.Phase != corev1.PodFailed || ended == nil || ended.ExitCode != 137 || ended.Reason != "Error" {
		t.Errorf("%s is %s, %+v\n%s", pod.Name, pod.Status.Phase, ended, out)
	}
	s.wantExactlyOnce(t, attempts)
}

// streaming is a stream that has done some of its batches.
type streaming struct {
	dir     string
	job     nodetest.Job
	command *nodetest.Command
	first   *nodetest.Run
	before  []int // the batches that are done, as far as it has told
}

// startStream returns when the first attempt is in the middle of the stream.
func startStream(t *testing.T) *streaming {
	t.Helper()
	s := &streaming{dir: streamFolder(t)}
	s.job = nodetest.Job{Namespace: cluster.Namespace(t), Conf: shared(s.dir), Script: fmt.Sprintf("LATE = %d\n", late) + stream}
	maps.Copy(s.job.Conf, map[string]string{"spark.sql.shuffle.partitions": "1", "spark.sql.streaming.minBatchesToRetain": "100"})
	s.command = cluster.SwageOf(t, s.job, "submit", "--wait", "--retries", "3")
	cluster.Await(t, "the first attempt", func() error {
		if len(cluster.Attempts(t, s.job)) == 0 {
			return errors.New("there is none")
		}
		return nil
	})
	s.first = cluster.Attempts(t, s.job)[0]
	s.first.AwaitTold(t, "deep")
	s.first.Told(t).Read(t, "seen", &s.before)
	return s
}

// wantSecondAttempt wants the first attempt to have ended so, and the second to succeed. It returns those whose pods are there.
func (s *streaming) wantSecondAttempt(t *testing.T, there int, end string) []*nodetest.Run {
	t.Helper()
	code, said := s.command.Ends(t)
	attempts := cluster.Attempts(t, s.job)
	if code != 0 || len(attempts) != there || !strings.Contains(said, "attempt 1 of 4 ended: "+end) || !strings.Contains(said, "attempt 2 of 4 ended: exit code 0") {
		t.Fatalf("exit code %d, %d attempts are there\n%s", code, len(attempts), said)
	}
	return attempts
}

// wantExactlyOnce wants each row once in what the last attempt read of the output, and no batch to be done twice.
func (s *streaming) wantExactlyOnce(t *testing.T, attempts []*nodetest.Run) {
	t.Helper()
	var rows []int
	for n := range batches {
		rows = append(rows, n)
	}
	last := attempts[len(attempts)-1]
	last.Told(t).Want(t, "rows", rows)
	wantContinued(t, s.before, last)
	wantOneBatchEach(t, s.dir)
}

// wantContinued fails where an attempt saw a batch that an earlier one had seen to be done.
func wantContinued(t *testing.T, before []int, run *nodetest.Run) {
	t.Helper()
	var seen []int
	run.Told(t).Read(t, "seen", &seen)
	if done := before[len(before)-1]; seen[0] <= done {
		t.Errorf("%s began with batch %d, and %d was done", run.Driver, seen[0], done)
	}
}

// wantOneBatchEach fails unless each batch that was planned was done, and each file read in one: one batch less, where the first
// attempt had noted a file and not planned its batch.
func wantOneBatchEach(t *testing.T, dir string) {
	t.Helper()
	planned, done := logged(t, dir, "offsets"), logged(t, dir, "commits")
	if !slices.Equal(planned, done) || len(done) > batches || len(done) < batches-1 {
		t.Errorf("batches %q were planned, and %q done, of %d files", planned, done, batches)
	}
}

// logged are the batches in one of a checkpoint's logs.
func logged(t *testing.T, dir, log string) (names []string) {
	t.Helper()
	entries, err := filepath.Glob(filepath.Join(dir, "checkpoint", log, "[0-9]*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, filepath.Base(entry))
	}
	return names
}
