//go:build node

package scenarios_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/e2e/maven"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/objectstore"
)

// S23: what swage has uploaded to an object store is what Spark reads there by Hadoop's own s3a: the driver its program, both the
// module, a file with a blank in its name and an archive, whoever makes the executors.
func TestS23AProgramFromAnObjectStore(t *testing.T) {
	t.Parallel()
	store, jars := cluster.ObjectStore(t), sharedFolder(t)
	copyJars(t, jars)
	for _, by := range []string{"driver", "both"} {
		t.Run(by, func(t *testing.T) {
			job, options := folder(t, 0, seeing)
			job.Namespace, job.Conf = cluster.Namespace(t), s3aConf(store, jars)
			run, code := cluster.SwageSubmit(t, job, append([]string{"--executors-by", by}, options...)...)
			if code != 0 {
				t.Errorf("exit code %d", code)
			}
			run.Succeeds(t)
			saw := []any{"from the module", "from the file", []string{"inside.txt"}, 0}
			told := run.Told(t)
			told.Want(t, "driver", saw)
			told.Want(t, "executors", []any{saw, saw})
			pod := run.Pod(t)
			if args := strings.Join(nodetest.Spark(t, pod).Args, " "); !strings.Contains(args, "s3a://"+objectstore.Bucket+"/jobs/spark-upload-") || len(pod.Spec.InitContainers) > 0 {
				t.Errorf("the driver did not read its program from the store: %s", args)
			}
		})
	}
}

// copyJars puts what Spark lacks to have s3a into a folder that pods may read.
func copyJars(t *testing.T, to string) {
	t.Helper()
	from, err := maven.HadoopAWS(t.Context(), cluster.Spark.Home)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(to, "jars"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// s3aConf is what it takes to read from the store, for drivers and executors.
func s3aConf(store *objectstore.Store, jars string) map[string]string {
	conf := shared(jars)
	maps.Copy(conf, store.Settings())
	maps.Copy(conf, map[string]string{
		"spark.kubernetes.file.upload.path": "s3a://" + objectstore.Bucket + "/jobs",
		"spark.hadoop.fs.s3a.access.key":    objectstore.ID,
		"spark.hadoop.fs.s3a.secret.key":    objectstore.Secret,
		"spark.driver.extraClassPath":       "/shared/jars/*",
		"spark.executor.extraClassPath":     "/shared/jars/*",
	})
	return conf
}
