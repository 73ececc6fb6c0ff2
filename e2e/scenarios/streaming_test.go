//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
)

// batches is how many the stream has: one for each of its files.
const batches = 30

// stream reads a file a batch.
const stream = `
from pyspark.sql import SparkSession
spark = SparkSession(sc)
query = (spark.readStream.schema("n INT").option("maxFilesPerTrigger", 1).json("file:///shared/in")
         .writeStream.format("json").option("path", "file:///shared/out").option("checkpointLocation", "file:///shared/checkpoint")
         .trigger(processingTime="1 second").start())
seen, deep = [], False
while not seen or seen[-1] < BATCHES - 1:
    time.sleep(0.1)
    for progress in query.recentProgress:
        if progress["numInputRows"] and progress["batchId"] not in seen:
            seen.append(progress["batchId"])
            tell("seen", seen)
    if seen and seen[-1] >= 5 and not deep:
        deep = True
        tell("deep", True)
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
	dir := streamFolder(t)
	job := nodetest.Job{Namespace: cluster.Namespace(t), Conf: shared(dir), Script: fmt.Sprintf("BATCHES = %d\n", batches) + stream}
	maps.Copy(job.Conf, map[string]string{"spark.sql.shuffle.partitions": "1", "spark.sql.streaming.minBatchesToRetain": "100"})
	command := cluster.SwageOf(t, job, "submit", "--wait", "--retries", "3")
	cluster.Await(t, "the first attempt", func() error {
		if len(cluster.Attempts(t, job)) == 0 {
			return errors.New("there is none")
		}
		return nil
	})
	first := cluster.Attempts(t, job)[0]
	first.AwaitTold(t, "deep")
	var before []int
	first.Told(t).Read(t, "seen", &before)
	if err := cluster.Client().CoreV1().Pods(job.Namespace).Delete(t.Context(), first.Driver, metav1.DeleteOptions{GracePeriodSeconds: new(int64(1))}); err != nil {
		t.Fatal(err)
	}
	code, said := command.Ends(t)
	attempts := cluster.Attempts(t, job)
	if code != 0 || len(attempts) != 1 || !strings.Contains(said, "attempt 1 of 4 ended: the pod was deleted") || !strings.Contains(said, "attempt 2 of 4 ended: exit code 0") {
		t.Fatalf("exit code %d, %d attempts are there\n%s", code, len(attempts), said)
	}
	last := attempts[len(attempts)-1].Told(t)
	var rows []int
	for n := range batches {
		rows = append(rows, n)
	}
	last.Want(t, "rows", rows)
	wantContinued(t, before, attempts)
	wantOneBatchEach(t, dir)
}

// wantContinued fails where an attempt saw a batch that an earlier one had seen to be done.
func wantContinued(t *testing.T, before []int, attempts []*nodetest.Run) {
	t.Helper()
	done := before[len(before)-1]
	for _, run := range attempts {
		var seen []int
		run.Told(t).Read(t, "seen", &seen)
		if seen[0] <= done {
			t.Errorf("%s began with batch %d, and %d was done", run.Driver, seen[0], done)
		}
		done = seen[len(seen)-1]
	}
}

// wantOneBatchEach fails unless each file was read in one batch, and each batch written once.
func wantOneBatchEach(t *testing.T, dir string) {
	t.Helper()
	for _, log := range []string{"checkpoint/commits", "checkpoint/offsets"} {
		entries, err := filepath.Glob(filepath.Join(dir, log, "[0-9]*"))
		if err != nil || len(entries) != batches {
			t.Errorf("%s has %d batches, %v", log, len(entries), err)
		}
	}
}
