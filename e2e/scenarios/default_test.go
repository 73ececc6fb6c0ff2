//go:build node

package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// reads tells what one container finds, in the driver and in each executor.
const reads = `
def look():
    with open("/data/empty/written", "w") as file:
        file.write("by this container")
    try:
        open("/data/host/forbidden", "w")
        host = "writable"
    except OSError as refused:
        host = refused.strerror
    return {
        "host": read("/data/host/dataset"), "hostIs": host,
        "empty": read("/data/empty/written"),
        "claim": read("/data/claim/written"),
        "secret": read("/data/secret/password"),
        "env": os.environ["WAREHOUSE_PASSWORD"],
        "only": os.environ.get("ONLY"),
        "platform": os.environ["PLATFORM"], "level": os.environ["LEVEL"],
    }

with open("/data/claim/written", "w") as file:
    file.write("by the driver")
tell("driver", look())
tell("executors", on_executors(sc, 2, look))
tell("pi", 3 < pi(sc) < 3.3)
`

// No option of spark-submit knows of Swage; all that the job reads comes by
// templates: of the platform, and of the namespace, which wins where they differ.
func TestDefaultTemplatesReachDriverAndExecutors(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	host := t.TempDir()
	if err := os.Chmod(host, 0o777); err != nil { // so that nothing but readOnly keeps the job from writing
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(host, "dataset"), []byte("of the host\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cluster.Provision(t, namespace)
	claim(t, namespace, "shared")
	if _, err := cluster.Client().CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "warehouse"}, StringData: map[string]string{"password": "open sesame"},
	}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.PlatformTemplate(t, namespace, map[string]string{"pod.yaml": platform})
	cluster.Template(t, namespace, "storage", podtemplate.Default, map[string]string{
		"pod.yaml":      storage(host),
		"executor.yaml": mark("ONLY", "executors"),
	})
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Executors: 2, Script: reads})
	run.Succeeds(t)
	saw := func(only any) map[string]any {
		return map[string]any{
			"host": "of the host", "hostIs": "Read-only file system", "empty": "by this container", "claim": "by the driver",
			"secret": "open sesame", "env": "open sesame", "only": only,
			"platform": "yes", "level": "namespace",
		}
	}
	told := run.Told(t)
	told.Want(t, "driver", saw(nil))
	told.Want(t, "executors", map[string]any{"1": saw("executors"), "2": saw("executors")})
	told.Want(t, "pi", true)
	for _, pod := range append(run.Executors(t), *run.Pod(t)) {
		if pod.Annotations[podtemplate.ShapedAnnotation] == "" {
			t.Errorf("the pod %s says nothing about its shape", pod.Name)
		}
	}
}

const platform = `
spec:
  containers:
  - name: spark
    env: [{name: LEVEL, value: platform}, {name: PLATFORM, value: "yes"}]
    volumeMounts: [{name: empty, mountPath: /data/empty}]
  volumes: [{name: empty, emptyDir: {sizeLimit: 10Mi}}]
`

// storage is a template that mounts a folder of the node, and more.
func storage(host string) string {
	return `
spec:
  securityContext: {fsGroup: 0}
  containers:
  - name: spark
    env:
    - {name: LEVEL, value: namespace}
    - {name: WAREHOUSE_PASSWORD, valueFrom: {secretKeyRef: {name: warehouse, key: password}}}
    volumeMounts:
    - {name: host, mountPath: /data/host, readOnly: true}
    - {name: claim, mountPath: /data/claim}
    - {name: secret, mountPath: /data/secret, readOnly: true}
  volumes:
  - {name: host, hostPath: {path: ` + host + `, type: Directory}}
  - {name: claim, persistentVolumeClaim: {claimName: shared}}
  - {name: secret, secret: {secretName: warehouse}}
`
}

// claim makes one, for a volume that driver and executors share.
func claim(t *testing.T, namespace, name string) {
	t.Helper()
	wanted := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}, StorageClassName: new(nodetest.StorageClass),
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
	if _, err := cluster.Client().CoreV1().PersistentVolumeClaims(namespace).Create(t.Context(), wanted, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
