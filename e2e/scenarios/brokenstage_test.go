//go:build node

package scenarios_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/product"
)

// sparse is a file of a size that takes no disk here.
func sparse(t *testing.T, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.bin")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
	return path
}

// nothingLeft wants no pod and no Service in a namespace, and no ConfigMap but Kubernetes' own.
func nothingLeft(t *testing.T, namespace string) {
	t.Helper()
	cluster.Await(t, "the cleaning up", func() error {
		left := ""
		pods, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		for i := range pods.Items {
			left += " pod " + pods.Items[i].Name
		}
		maps, err := cluster.Client().CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		for i := range maps.Items {
			if maps.Items[i].Name != "kube-root-ca.crt" {
				left += " configmap " + maps.Items[i].Name
			}
		}
		if left != "" {
			return fmt.Errorf("left:%s", left)
		}
		return nil
	})
}

// S22: a volume that fills while files are staged: the receiver says so, swage repeats it, and nothing is left.
func TestS22AFullDisk(t *testing.T) {
	t.Parallel()
	template := filepath.Join(t.TempDir(), "driver.yaml")
	const small = "spec:\n  volumes:\n  - {name: swage-staged, emptyDir: {medium: Memory, sizeLimit: 1Mi}}\n"
	if err := os.WriteFile(template, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, helper := range map[string]string{"helper": product.WebhookImage, "bash": "bash"} {
		t.Run(name, func(t *testing.T) {
			namespace := cluster.Namespace(t)
			code, said := cluster.SwageOf(t, nodetest.Job{
				Namespace: namespace, Conf: map[string]string{"spark.kubernetes.driver.podTemplateFile": template},
			}, "submit", "--helper-image", helper, "--files", sparse(t, 8<<20)).Ends(t)
			if code != 1 || !strings.Contains(said, "full") {
				t.Errorf("exit code %d: %s", code, said)
			}
			nothingLeft(t, namespace)
		})
	}
}

// S5, S22: swage is killed in the middle of staging. What is left is a driver that has failed and never ran Spark, and owns the rest.
func TestS22KilledWhileStaging(t *testing.T) {
	t.Parallel()
	for name, helper := range map[string]string{"helper": product.WebhookImage, "bash": "bash"} {
		t.Run(name, func(t *testing.T) {
			namespace := cluster.Namespace(t)
			// So much that it does not end before it is killed.
			command := cluster.SwageOf(t, nodetest.Job{Namespace: namespace}, "submit", "--helper-image", helper, "--files", sparse(t, 64<<30))
			driver := awaitStaging(t, namespace)
			command.Signal(t, os.Kill)
			cluster.Await(t, "the driver to fail", func() error {
				now, err := cluster.Client().CoreV1().Pods(namespace).Get(t.Context(), driver, metav1.GetOptions{})
				if err != nil {
					return err
				}
				if now.Status.Phase != corev1.PodFailed {
					return fmt.Errorf("it is %s", now.Status.Phase)
				}
				if ran := now.Status.ContainerStatuses[0].State; ran.Terminated != nil && ran.Terminated.StartedAt.Time.Unix() > 0 {
					t.Errorf("Spark ran: %+v", ran)
				}
				if staged := now.Status.InitContainerStatuses[0].State.Terminated; staged == nil || staged.ExitCode == 0 || !strings.Contains(staged.Message, "not all files arrived") {
					t.Errorf("the receiver: %+v", staged)
				}
				return nil
			})
			if err := cluster.Client().CoreV1().Pods(namespace).Delete(t.Context(), driver, metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
			nothingLeft(t, namespace)
		})
	}
}

// awaitStaging is the driver whose receiver has got a part of the files: nobody knows whom it waits for when it only runs.
func awaitStaging(t *testing.T, namespace string) (driver string) {
	t.Helper()
	cluster.Await(t, "staging", func() error {
		pods, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=driver"})
		if err != nil {
			return err
		}
		for i := range pods.Items {
			if arrived(cluster.EmptyDir(&pods.Items[i], "swage-staged")) {
				driver = pods.Items[i].Name
				return nil
			}
		}
		return fmt.Errorf("no driver among %d pods has received anything", len(pods.Items))
	})
	return driver
}

// arrived tells whether there is a file with something in it below a folder.
func arrived(folder string) (some bool) {
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error { // which may not be there
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		some = some || err == nil && info.Size() > 0
		return err
	})
	return some
}

// S22: a gigabyte arrives whole, and swage does not hold it in memory. --no-wait returns when it is there.
func TestS22AGigabyte(t *testing.T) {
	t.Parallel()
	const mostMemory = 100 << 20
	namespace := cluster.Namespace(t)
	command := cluster.SwageOf(t, nodetest.Job{Namespace: namespace}, "submit", "--no-wait", "--executors-by", "driver", "--helper-image", product.WebhookImage, "--files", sparse(t, 1<<30))
	memory := command.PeakMemory(t)
	code, said := command.Ends(t)
	if code != 0 || !strings.Contains(said, "the driver has all files") {
		t.Fatalf("exit code %d: %s", code, said)
	}
	t.Logf("swage took %d MB at most; it said:\n%s", memory>>20, said)
	if memory > mostMemory || memory == 0 {
		t.Errorf("swage took %d bytes of memory", memory)
	}
}

// S22: a pod that never starts is not waited for for ever, and its reason is told.
func TestS22StagingTakesTooLong(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	code, said := cluster.SwageOf(t, nodetest.Job{Namespace: namespace}, "submit",
		"--helper-image", "localhost/no-such-image:1", "--stage-timeout", "25s", "--files", sparse(t, 1<<20)).Ends(t)
	if code != 1 || !strings.Contains(said, "not done within 25s") || !strings.Contains(said, "localhost/no-such-image:1") {
		t.Errorf("exit code %d: %s", code, said)
	}
	nothingLeft(t, namespace)
}
