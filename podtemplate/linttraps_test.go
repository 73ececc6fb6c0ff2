package podtemplate_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// R13, R14, R23, R25: what lint says about templates that load.
func TestTraps(t *testing.T) {
	const image = "image: i, "
	for _, row := range []struct {
		rule, mode, annotation, key, text, want string
	}{
		{"Spark's labels (R13)", "default", "", "pod.yaml", "metadata: {labels: {spark-role: driver, team: a}}", "metadata.labels.spark-role"},
		{"Spark's program (R13)", "default", "", "pod.yaml", "spec: {containers: [{name: spark, command: [a], args: [b]}]}", "spec.containers[0].command spec.containers[0].args"},
		{"a sidecar's program is its own", "default", "", "pod.yaml", "spec: {containers: [{name: x, " + image + "command: [a]}]}", ""},
		{"Spark's environment (R13)", "default", "", "pod.yaml", "spec: {containers: [{name: spark, env: [{name: SPARK_USER, value: a}, {name: MINE, value: b}]}]}", "spec.containers[0].env[0]"},
		{"computed scratch paths (R14)", "default", "", "pod.yaml", "spec: {containers: [{name: spark, env: [{name: SPARK_LOCAL_DIRS, value: /a}]}]}", "spec.containers[0].env[0]"},
		{"Spark's volumes (R13)", "default", "", "pod.yaml", "spec: {volumes: [{name: spark-conf-volume-driver, emptyDir: {}}, {name: mine, emptyDir: {}}]}", "spec.volumes[0]"},
		{"scratch that nobody mounts (R14)", "default", "", "pod.yaml", "spec: {volumes: [{name: spark-local-dir-nvme, hostPath: {path: /nvme}}]}", "spec.volumes[0]"},
		{"scratch that is mounted (R14)", "default", "", "pod.yaml", "spec: {containers: [{name: spark, volumeMounts: [{name: spark-local-dir-nvme, mountPath: /nvme}]}], volumes: [{name: spark-local-dir-nvme, hostPath: {path: /nvme}}]}", ""},
		{"scratch under Spark's own mount (R14)", "default", "", "pod.yaml", "spec: {volumes: [{name: spark-local-dir-1, hostPath: {path: /nvme}}]}", ""},
		{"scratch in memory", "default", "", "pod.yaml", "spec: {volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}]}", "spec.volumes[0].emptyDir.medium"},
		{"memory that wins over Spark's", "enforced", "", "pod.yaml", "spec: {containers: [{name: spark, resources: {limits: {memory: 1Gi}}}]}", "spec.containers[0].resources.limits.memory"},
		{"memory that yields to Spark's", "default", "", "pod.yaml", "spec: {containers: [{name: spark, resources: {limits: {memory: 1Gi}}}]}", ""},
		{"the name of one role's container (R12)", "default", "", "pod.yaml", "spec: {containers: [{name: spark-kubernetes-driver, workingDir: /a}]}", "spec.containers[0].name"},
		{"the other role's name (R12)", "default", "", "executor.yaml", "spec: {containers: [{name: spark-kubernetes-driver, workingDir: /a}]}", "spec.containers[0].name"},
		{"the own role's name (R12)", "default", "", "driver.yaml", "spec: {containers: [{name: spark-kubernetes-driver, workingDir: /a}]}", ""},
		{"a regular sidecar of a driver (R23)", "default", podtemplate.NativeSidecarsAnnotation, "driver.yaml", "spec: {containers: [{" + image + "name: x}]}", "spec.containers[0]"},
		{"a regular sidecar of both roles (R23)", "default", podtemplate.NativeSidecarsAnnotation, "pod.yaml", "spec: {containers: [{" + image + "name: x}]}", "spec.containers[0] spec.containers[0]"},
		{"a native sidecar (R23)", "default", "", "pod.yaml", "spec: {containers: [{" + image + "name: x}]}", ""},
		{"application names in volumes (R25)", "default", "", "pod.yaml", `spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: "{{APP_NAME}}"}}]}`, "spec.volumes[0].persistentVolumeClaim.claimName"},
		{"application ids in volumes (R25)", "default", "", "pod.yaml", `spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: "{{APP_ID}}"}}]}`, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			cm := &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "t", Labels: map[string]string{podtemplate.TemplateLabel: row.mode}},
				Data:       map[string]string{row.key: row.text},
			}
			if row.annotation != "" {
				cm.Annotations = map[string]string{row.annotation: "false"}
			}
			template, err := podtemplate.Load(cm, podtemplate.LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, problem := range podtemplate.Traps(template) {
				paths = append(paths, problem.Path)
				if problem.Severity != podtemplate.Warning || problem.Key != row.key {
					t.Errorf("%+v is no warning about %s", problem, row.key)
				}
			}
			if got := strings.Join(paths, " "); got != row.want {
				t.Errorf("got %q want %q", got, row.want)
			}
		})
	}
}
