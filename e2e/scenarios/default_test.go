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
    except OSError:
        host = "read-only"
    return {
        "host": read("/data/host/dataset"), "hostIs": host,
        "empty": read("/data/empty/written"),
        "claim": read("/data/claim/written"),
        "secret": read("/data/secret/password"),
        "env": os.environ["WAREHOUSE_PASSWORD"],
        "only": os.environ.get("ONLY"),
    }

with open("/data/claim/written", "w") as file:
    file.write("by the driver")
tell("driver", look())
tell("executors", on_executors(sc, 2, look))
tell("pi", 3 < pi(sc) < 3.3)
`

// No option of spark-submit knows of Swage; all that the job reads comes by
// templates: of the platform, for both roles, and of the namespace, for one.
func TestDefaultTemplatesReachDriverAndExecutors(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	host := t.TempDir()
	if err := os.WriteFile(filepath.Join(host, "dataset"), []byte("of the host\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	openToAll(t, host)
	claim(t, namespace, "shared", corev1.ReadWriteMany)
	if _, err := cluster.Client().CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "warehouse"}, StringData: map[string]string{"password": "open sesame"},
	}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.Template(t, namespace, "storage", podtemplate.Default, map[string]string{
		"pod.yaml": `
spec:
  securityContext: {fsGroup: 0}
  containers:
  - name: spark
    env:
    - {name: WAREHOUSE_PASSWORD, valueFrom: {secretKeyRef: {name: warehouse, key: password}}}
    volumeMounts:
    - {name: host, mountPath: /data/host, readOnly: true}
    - {name: empty, mountPath: /data/empty}
    - {name: claim, mountPath: /data/claim}
    - {name: secret, mountPath: /data/secret, readOnly: true}
  volumes:
  - {name: host, hostPath: {path: ` + host + `, type: Directory}}
  - {name: empty, emptyDir: {sizeLimit: 10Mi}}
  - {name: claim, persistentVolumeClaim: {claimName: shared}}
  - {name: secret, secret: {secretName: warehouse}}
`,
		"executor.yaml": "spec: {containers: [{name: spark, env: [{name: ONLY, value: executors}]}]}",
	})
	run := cluster.Submit(t, nodetest.Job{Namespace: namespace, Executors: 2, Script: reads})
	run.Succeeds(t)
	saw := func(only any) map[string]any {
		return map[string]any{
			"host": "of the host", "hostIs": "read-only", "empty": "by this container", "claim": "by the driver",
			"secret": "open sesame", "env": "open sesame", "only": only,
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

// openToAll lets Spark's user reach a test's folder: those above it are root's.
func openToAll(t *testing.T, dir string) {
	t.Helper()
	for ; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

// claim makes a volume in a folder of the test's, and a bound claim on it.
func claim(t *testing.T, namespace, name string, mode corev1.PersistentVolumeAccessMode) {
	t.Helper()
	dir := t.TempDir()
	openToAll(t, dir)
	size := corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: namespace + "-" + name},
		Spec: corev1.PersistentVolumeSpec{
			Capacity: size, AccessModes: []corev1.PersistentVolumeAccessMode{mode}, StorageClassName: "none",
			PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: dir}},
			ClaimRef:               &corev1.ObjectReference{Namespace: namespace, Name: name},
		},
	}
	if _, err := cluster.Client().CoreV1().PersistentVolumes().Create(t.Context(), volume, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	wanted := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{mode}, StorageClassName: new("none"), VolumeName: volume.Name,
			Resources: corev1.VolumeResourceRequirements{Requests: size},
		},
	}
	if _, err := cluster.Client().CoreV1().PersistentVolumeClaims(namespace).Create(t.Context(), wanted, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
