//go:build node

package scenarios_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
)

// filesClaim makes the claim "files" of a namespace, for one node at a time, and returns the folder that its volume is on this machine.
func filesClaim(t *testing.T, namespace string) (volume string) {
	t.Helper()
	cluster.Provision(t, namespace)
	_, err := cluster.Client().CoreV1().PersistentVolumeClaims(namespace).Create(t.Context(), &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "files"},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: new(nodetest.StorageClass),
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "the volume", func() error {
		claim, err := cluster.Client().CoreV1().PersistentVolumeClaims(namespace).Get(t.Context(), "files", metav1.GetOptions{})
		if err != nil || claim.Status.Phase != corev1.ClaimBound {
			return errors.Join(err, errors.New("the claim is not bound"))
		}
		bound, err := cluster.Client().CoreV1().PersistentVolumes().Get(t.Context(), claim.Spec.VolumeName, metav1.GetOptions{})
		if err == nil {
			volume = bound.Spec.HostPath.Path
		}
		return err
	})
	return volume
}

// inFolder are the names in a folder of this machine.
func inFolder(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// receivers follows the pods that receive files in a namespace, and says on which nodes they were.
func receivers(t *testing.T, namespace string) (nodes func() map[string]string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	pods, err := cluster.Client().CoreV1().Pods(namespace).Watch(ctx, metav1.ListOptions{LabelSelector: submitter.StagingLabel})
	if err != nil {
		t.Fatal(err)
	}
	var following sync.WaitGroup
	seen := map[string]string{}
	following.Go(func() {
		for event := range pods.ResultChan() {
			if pod, ok := event.Object.(*corev1.Pod); ok && pod.Spec.NodeName != "" {
				seen[pod.Name] = pod.Spec.NodeName
			}
		}
	})
	return func() map[string]string {
		stop()
		pods.Stop()
		following.Wait()
		return seen
	}
}

// nobodyReceives wants what received files to be gone.
func nobodyReceives(t *testing.T, namespace string) {
	t.Helper()
	pods, err1 := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: submitter.StagingLabel})
	jobs, err2 := cluster.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: submitter.StagingLabel})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if len(pods.Items)+len(jobs.Items) > 0 {
		t.Errorf("%d pods and %d Jobs are left", len(pods.Items), len(jobs.Items))
	}
}

const largeFile = 3 << 20

// S22: files that no ConfigMap takes are on a claim when each attempt of a Job begins, which nobody could send them to; driver and
// executors read them. A template sends drivers to the node with a taint: there the files are received, too, for a volume may be
// bound to the first node that wants it. What received them is gone before.
func TestS22EachAttemptReadsFilesOfAClaim(t *testing.T) {
	t.Parallel()
	job, options := folder(t, largeFile, seeing+`
if not os.path.exists("/shared/tried"):
    open("/shared/tried", "w").close()
    os._exit(3)
`)
	job.Namespace, job.Conf = cluster.Namespace(t), shared(sharedFolder(t))
	volume := filesClaim(t, job.Namespace)
	cluster.Template(t, job.Namespace, "place", podtemplate.Default, map[string]string{"driver.yaml": apart})
	nodes := receivers(t, job.Namespace)
	words := append([]string{"submit", "--wait", "--retries", "1", "--stage-to", "pvc/files", "--helper-image", product.WebhookImage}, options...)
	code, said := cluster.SwageOf(t, job, words...).Ends(t)
	if code != 0 || !strings.Contains(said, "attempt 1 of 2 ended: exit code 3") || !strings.Contains(said, "pvc/files has all files, in spark-upload-") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	nobodyReceives(t, job.Namespace)
	where := nodes()
	if len(where) != 1 {
		t.Errorf("received by %v", where)
	}
	for _, run := range cluster.Attempts(t, job) {
		wantSeen(t, run, "from the file")
		for name, node := range where {
			if driver := run.Pod(t).Spec.NodeName; node != driver {
				t.Errorf("%s was on %s, the driver on %s", name, node, driver)
			}
		}
	}
	if found := inFolder(t, volume); len(found) != 1 || !strings.HasPrefix(found[0], "spark-upload-") {
		t.Errorf("the claim has %q", found)
	}
}

// wantSeen wants a driver and its two executors to have seen all files of folder, and a text in one of them.
func wantSeen(t *testing.T, run *nodetest.Run, text string) {
	t.Helper()
	saw := []any{"from the module", text, []string{"inside.txt"}, largeFile}
	told := run.Told(t)
	told.Want(t, "driver", saw)
	told.Want(t, "executors", []any{saw, saw})
	told.Want(t, "main", "/opt/swage/staged/1/program.py")
}

// S22: runs of a schedule read the files that were there when it was made: for one that is made anew these are others, in a folder of
// their own.
func TestS22RunsOfAScheduleReadFilesOfAClaim(t *testing.T) {
	t.Parallel()
	job, options := folder(t, largeFile, seeing)
	job.Namespace = cluster.Namespace(t)
	volume := filesClaim(t, job.Namespace)
	swage := func(args ...string) {
		t.Helper()
		if code, said := cluster.Swage(t, job.Namespace, args...).Ends(t); code != 0 {
			t.Fatalf("%q: exit code %d\n%s", args, code, said)
		}
	}
	for _, text := range []string{"from the file", "from another file"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(job.Program), "my data.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		words := append([]string{"schedule", "0 0 1 1 *", "--name", "yearly", "--", "--stage-to", "pvc/files"}, options...)
		if code, said := cluster.SwageOf(t, job, words...).Ends(t); code != 0 {
			t.Fatalf("exit code %d\n%s", code, said)
		}
		nobodyReceives(t, job.Namespace)
		swage("schedule", "trigger", "yearly")
		swage("wait", "yearly")
		attempts := cluster.Attempts(t, job)
		wantSeen(t, attempts[len(attempts)-1], text)
		swage("schedule", "delete", "yearly")
		cluster.Await(t, "the schedule to be gone", func() error {
			left, err := cluster.Client().BatchV1().CronJobs(job.Namespace).List(t.Context(), metav1.ListOptions{})
			if err == nil && len(left.Items) > 0 {
				return errors.New("it is there")
			}
			return err
		})
	}
	if found := inFolder(t, volume); len(found) != 2 {
		t.Errorf("the claim has %q", found)
	}
}

// S22: a shell has files of this machine from a claim.
func TestS22AShellHasFilesOfAClaim(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	filesClaim(t, namespace)
	command := cluster.ShellCommand(t, nodetest.Job{Namespace: namespace}, "python", "--stage-to", "pvc/files", "--files", sparse(t, largeFile))
	command.Stdin = strings.NewReader(`
import os
from pyspark import SparkFiles
def size(_): return os.path.getsize(SparkFiles.get("large.bin"))
print("sizes", size(0), sc.parallelize([0], 1).map(size).collect())
`)
	if code, said := nodetest.Begin(t, command).Ends(t); code != 0 || !strings.Contains(said, fmt.Sprintf("sizes %d [%d]", largeFile, largeFile)) {
		t.Errorf("exit code %d\n%s", code, said)
	}
	cluster.AwaitNothing(t, namespace)
}

// S22: swage is killed while files are put on a claim: what has arrived is taken back at once, and Kubernetes removes what received it.
func TestS22KilledOnTheWayToAClaim(t *testing.T) {
	t.Parallel()
	for name, helper := range map[string]string{"helper": product.WebhookImage, "bash": "bash"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			namespace := cluster.Namespace(t)
			volume := filesClaim(t, namespace)
			// So much that it does not end before it is killed.
			command := cluster.SwageOf(t, nodetest.Job{Namespace: namespace}, "submit", "--retries", "1", "--stage-to", "pvc/files", "--helper-image", helper, "--files", sparse(t, 64<<30))
			cluster.Await(t, "a part of the files", func() error {
				if found := inFolder(t, volume); len(found) != 1 || !strings.HasSuffix(found[0], ".part") {
					return fmt.Errorf("the claim has %q", found)
				}
				return nil
			})
			command.Signal(t, os.Kill)
			cluster.Await(t, "the part to be removed", func() error {
				if found := inFolder(t, volume); len(found) > 0 {
					return fmt.Errorf("the claim has %q", found)
				}
				return nil
			})
			cluster.AwaitNothing(t, namespace)
		})
	}
}

// S22: who receives is deleted by somebody, in the middle: swage says so, and there is nothing on the claim.
func TestS22TheReceiverIsDeleted(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	volume := filesClaim(t, namespace)
	command := cluster.SwageOf(t, nodetest.Job{Namespace: namespace}, "submit", "--stage-to", "pvc/files", "--files", sparse(t, 64<<30))
	cluster.Await(t, "a part of the files", func() error {
		if found, _ := filepath.Glob(volume + "/.spark-upload-*.part/1/*"); len(found) == 0 {
			return errors.New("nothing has arrived")
		}
		return nil
	})
	if err := cluster.Client().CoreV1().Pods(namespace).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: submitter.StagingLabel}); err != nil {
		t.Fatal(err)
	}
	if code, said := command.Ends(t); code != 1 || !strings.Contains(said, "staging files into pvc/files: ") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	cluster.AwaitNothing(t, namespace)
	if found := inFolder(t, volume); len(found) > 0 {
		t.Errorf("the claim has %q", found)
	}
}
