//go:build node

package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// Spark's own template file and a template of the namespace speak of the same
// things: nothing is there twice, the file wins where they differ, for it is
// the pod's own word by the time of admission.
func TestPodTemplateFileAndWebhookTogether(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.ConfigMap(t, namespace, "file", map[string]string{"from": "the file"})
	cluster.ConfigMap(t, namespace, "template", map[string]string{"from": "the template"})
	file := filepath.Join(t.TempDir(), "pod.yaml")
	own := `
apiVersion: v1
kind: Pod
spec:
  tolerations: [{key: both, operator: Exists}]
  containers:
  - name: spark
    env:
    - {name: BOTH, value: of the file}
    - {name: FILE, value: of the file}
    volumeMounts: [{name: both, mountPath: /data/both}]
  volumes: [{name: both, configMap: {name: file}}]
`
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": `
spec:
  tolerations: [{key: both, operator: Exists}, {key: template, operator: Exists}]
  containers:
  - name: spark
    env:
    - {name: BOTH, value: of the template}
    - {name: TEMPLATE, value: of the template}
    volumeMounts: [{name: both, mountPath: /data/both}, {name: more, mountPath: /data/more}]
  volumes: [{name: both, configMap: {name: template}}, {name: more, configMap: {name: template}}]
`})
	run := cluster.Submit(t, nodetest.Job{
		Namespace: namespace,
		Conf: map[string]string{
			"spark.kubernetes.driver.podTemplateFile":            file,
			"spark.kubernetes.executor.podTemplateFile":          file,
			"spark.kubernetes.driver.podTemplateContainerName":   "spark",
			"spark.kubernetes.executor.podTemplateContainerName": "spark",
		},
		Script: `
look = lambda: [os.environ["BOTH"], os.environ["FILE"], os.environ["TEMPLATE"], read("/data/both/from"), read("/data/more/from")]
tell("driver", look())
tell("executors", on_executors(sc, 1, look))
`,
	})
	run.Succeeds(t)
	want := []string{"of the file", "of the file", "of the template", "the file", "the template"}
	told := run.Told(t)
	told.Want(t, "driver", want)
	told.Want(t, "executors", map[string]any{"1": want})
	for _, pod := range append(run.Executors(t), *run.Pod(t)) {
		wantOnce(t, &pod)
	}
}

// wantOnce looks for what is in a pod twice.
func wantOnce(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	seen := map[string]bool{}
	once := func(what, name string) {
		if seen[what+name] {
			t.Errorf("%s: the %s %s is there twice", pod.Name, what, name)
		}
		seen[what+name] = true
	}
	for _, volume := range pod.Spec.Volumes {
		once("volume ", volume.Name)
	}
	for _, toleration := range pod.Spec.Tolerations {
		once("toleration ", toleration.Key+string(toleration.Effect))
	}
	container := nodetest.Spark(t, pod)
	for _, mount := range container.VolumeMounts {
		once("mount at ", mount.MountPath)
	}
	for _, env := range container.Env {
		once("variable ", env.Name)
	}
}
