//go:build node

package scenarios_test

import (
	"testing"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// blocks counts the files of Spark's block manager below a folder.
const blocks = `
def blocks(root):
    return sum(len(files) for folder, _, files in os.walk(root) if "blockmgr-" in folder)

def look():
    return {
        "worker": os.environ["SPARK_LOCAL_DIRS"].startswith("/scratch/blockmgr-"),
        "dirs": container_env("SPARK_LOCAL_DIRS"),
        "template": blocks("/scratch") > 0,
        "default": blocks("/var/data"),
        "claim": os.path.ismount("/data/claim") and os.access("/data/claim", os.W_OK),
    }

sc.parallelize(range(1000), 4).map(lambda n: (n % 7, n)).groupByKey(4).count()
`

// R14: a template's scratch volume takes the place of Spark's default. Beside
// it each executor has a claim of its own that Spark makes on demand.
func TestScratchSpaceAndClaimsOnDemand(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Provision(t, namespace)
	cluster.Template(t, namespace, "scratch", podtemplate.Default, map[string]string{"executor.yaml": `
spec:
  containers: [{name: spark, volumeMounts: [{name: spark-local-dir-fast, mountPath: /scratch}]}]
  volumes: [{name: spark-local-dir-fast, emptyDir: {medium: Memory, sizeLimit: 100Mi}}]
`})
	claim := "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
	run := cluster.Submit(t, nodetest.Job{
		Namespace: namespace, Executors: 2,
		Conf: map[string]string{
			claim + "options.claimName":    "OnDemand",
			claim + "options.storageClass": nodetest.StorageClass,
			claim + "options.sizeLimit":    "1Gi",
			claim + "mount.path":           "/data/claim",
			claim + "mount.readOnly":       "false",
		},
		Script: blocks + `tell("executors", on_executors(sc, 2, look))`,
	})
	run.Succeeds(t)
	want := map[string]any{"worker": true, "dirs": "/scratch", "template": true, "default": 0, "claim": true}
	run.Told(t).Want(t, "executors", map[string]any{"1": want, "2": want})
}
