package shapehere_test

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/shapehere"
)

// configMap is a template for executors, unless its text names other keys.
func configMap(name string, mode podtemplate.Mode, annotations map[string]string, executor string) corev1.ConfigMap {
	return corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: name, Annotations: annotations, Labels: map[string]string{podtemplate.TemplateLabel: string(mode)},
		},
		Data: map[string]string{"executor.yaml": executor},
	}
}

const container = "spark-kubernetes-executor"

// made is an executor as Spark makes it from a pod template's spec.
func made(id string, from corev1.PodSpec) *corev1.Pod {
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "e-exec-" + id, Namespace: "team",
			Labels: map[string]string{"spark-role": "executor", "spark-exec-id": id, "spark-app-selector": "spark-1", "team": "mine"},
		},
		Spec: from,
	}
	spark := corev1.Container{
		Name: container, Image: "spark:1", ImagePullPolicy: "IfNotPresent", Args: []string{"executor"},
		Env:   []corev1.EnvVar{{Name: "SPARK_EXECUTOR_ID", Value: id}, {Name: "MINE", Value: "1"}},
		Ports: []corev1.ContainerPort{{Name: "blockmanager", ContainerPort: 7079, Protocol: "TCP"}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{"cpu": resource.MustParse("1"), "memory": resource.MustParse("1Gi")},
			Limits:   corev1.ResourceList{"memory": resource.MustParse("1Gi")},
		},
	}
	pod.Spec.RestartPolicy, pod.Spec.Hostname = "Never", pod.Name
	pod.Spec.Containers = append(pod.Spec.Containers, spark)
	return pod
}

func templates(maps ...corev1.ConfigMap) *shapehere.Templates {
	return shapehere.New(shapehere.Options{Namespace: "team", SystemNamespace: "swage-system", Own: maps})
}

// templateRow is a template of executors, and what comes of it.
type templateRow struct {
	rule, template string
	mode           podtemplate.Mode
	conflict       string
	want           string // the template's metadata and spec; "none"; "refused: " and a part of the reason
}

// carried are templates of which all is carried that the webhook would do.
func carried() []templateRow {
	return []templateRow{
		{"no template", "", "", "", "none"},
		{"placement, and the annotation that tells of it", `{spec: {nodeSelector: {a: b}}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}}
spec: {nodeSelector: {a: b}}`},
		{"additions to Spark's container", `{spec: {containers: [{name: spark, env: [{name: A, value: "{{APP_ID}}"}], resources: {limits: {gpu: 1}}}]}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}}
spec: {containers: [{name: spark-kubernetes-executor, env: [{name: A, value: spark-1}], resources: {limits: {gpu: 1}}}]}`},
		{"sidecars beside it", `{spec: {containers: [{name: log, image: log}]}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}}
spec: {initContainers: [{name: log, image: log, restartPolicy: Always}]}`},
		{"scratch space", `{spec: {containers: [{name: spark, volumeMounts: [{name: spark-local-dir-1, mountPath: /s}]}], volumes: [{name: spark-local-dir-1, emptyDir: {}}]}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}}
spec:
  containers: [{name: spark-kubernetes-executor, volumeMounts: [{name: spark-local-dir-1, mountPath: /s}]}]
  volumes: [{name: spark-local-dir-1, emptyDir: {}}]`},
		{"a label that the settings have stays theirs", `{metadata: {labels: {team: theirs, x: "1"}}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}, labels: {x: "1"}}`},
		{"what is Spark's alone is ignored, as by the webhook", `{metadata: {labels: {spark-role: driver}}, spec: {restartPolicy: Always, nodeSelector: {a: b}}}`, "default", "", `
metadata: {annotations: {swage.dev/shaped: SHAPED}}
spec: {nodeSelector: {a: b}}`},
		{"a driver's template", "", "driver", "", "none"},
	}
}

// notCarried are refused.
func notCarried() []templateRow {
	return []templateRow{
		{"the image", `{spec: {containers: [{name: spark, image: mine}]}}`, "default", "", "refused: spec.containers[spark-kubernetes-executor].image"},
		{"the pull policy", `{spec: {containers: [{name: spark, imagePullPolicy: Always}]}}`, "default", "", "refused: spec.containers[spark-kubernetes-executor].imagePullPolicy"},
		{"requests", `{spec: {containers: [{name: spark, resources: {requests: {cpu: "3"}}}]}}`, "default", "", "refused: spec.containers[spark-kubernetes-executor].resources.requests.cpu"},
		{"the limit of memory", `{spec: {containers: [{name: spark, resources: {limits: {memory: 3Gi}}}]}}`, "default", "", "refused: spec.containers[spark-kubernetes-executor].resources.limits.memory"},
		{"the host's name", `{spec: {hostname: h}}`, "default", "", "refused: spec.hostname"},
		{"a port of Spark's", `{spec: {containers: [{name: spark, ports: [{containerPort: 7079, hostPort: 7079}]}]}}`, "default", "", "refused: spec.containers[spark-kubernetes-executor].ports[blockmanager].hostPort"},
		{"an enforced template", `{spec: {nodeSelector: {a: b}}}`, "enforced", "", "refused: team/t/executor.yaml states spec.nodeSelector.a, and is enforced"},
		{"the executor's id", `{spec: {containers: [{name: spark, env: [{name: ID, value: "{{EXECUTOR_ID}}"}]}]}}`, "default", "", "refused: which depends on {{EXECUTOR_ID}}"},
		{"a value of the settings that would be replaced", `{metadata: {labels: {team: theirs}}}`, "default", "replace", "refused: metadata.labels.team, which Spark writes itself"},
		{"a conflict that denies", `{metadata: {labels: {team: theirs}}}`, "default", "reject", "refused: contradicts template"},
	}
}

// S19: what executors' pod template carries, and what is refused with the field's name.
func TestS19TheExecutorsPodTemplate(t *testing.T) {
	for _, row := range append(carried(), notCarried()...) {
		t.Run(row.rule, func(t *testing.T) {
			var maps []corev1.ConfigMap
			switch {
			case row.mode == "driver":
				cm := configMap("t", podtemplate.Default, nil, "")
				cm.Data = map[string]string{"driver.yaml": `{spec: {nodeSelector: {a: b}}}`}
				maps = append(maps, cm)
			case row.template != "":
				annotations := map[string]string{}
				if row.conflict != "" {
					annotations[podtemplate.OnConflictAnnotation] = row.conflict
				}
				maps = append(maps, configMap("t", row.mode, annotations, row.template))
			}
			got, _, err := templates(maps...).PodTemplate(shapehere.Executors{
				Made: [2]*corev1.Pod{made("1", corev1.PodSpec{}), made("2", corev1.PodSpec{})}, Container: container,
			})
			if reason, refused := strings.CutPrefix(row.want, "refused: "); refused {
				if err == nil || !strings.Contains(err.Error(), reason) || errors.Is(err, shapehere.ErrNotByDriver) == (row.conflict == "reject") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantYAML(t, got, row.want)
		})
	}
}

func wantYAML(t *testing.T, got []byte, want string) {
	t.Helper()
	if want == "none" {
		if got != nil {
			t.Errorf("got %s", got)
		}
		return
	}
	var a, b map[string]any
	if err := errors.Join(yaml.Unmarshal(got, &a), yaml.Unmarshal([]byte(want), &b)); err != nil {
		t.Fatal(err)
	}
	delete(a, "apiVersion")
	delete(a, "kind")
	if notes, ok := a["metadata"].(map[string]any)["annotations"].(map[string]any); ok && strings.Contains(notes[podtemplate.ShapedAnnotation].(string), "team/t@") {
		notes[podtemplate.ShapedAnnotation] = "SHAPED"
	}
	x, err1 := yaml.Marshal(a)
	y, err2 := yaml.Marshal(b)
	if err := errors.Join(err1, err2); err != nil || string(x) != string(y) {
		t.Errorf("got\n%s\nwant\n%s (%v)", x, y, err)
	}
}

// The user's own pod template stays, wins as a pod does, and is added to.
func TestS19TheUsersPodTemplateIsAddedTo(t *testing.T) {
	spec := corev1.PodSpec{
		NodeSelector: map[string]string{"a": "mine"}, Tolerations: []corev1.Toleration{{Key: "x", Operator: "Exists"}},
		Containers: []corev1.Container{{Name: "side", Image: "side"}},
	}
	const users = `{"metadata":{"labels":{"l":"1"}},"spec":{"nodeSelector":{"a":"mine"},"tolerations":[{"key":"x","operator":"Exists"}],"containers":[{"image":"spark:0","env":[{"name":"U","value":"1"}]},{"name":"side","image":"side"}]}}`
	e := shapehere.Executors{Made: [2]*corev1.Pod{made("1", spec), made("2", spec)}, Container: container, Template: []byte(users)}
	e.Made[0].Labels["l"], e.Made[1].Labels["l"] = "1", "1"
	replacing := map[string]string{podtemplate.OnConflictAnnotation: "replace"}
	got, _, err := templates(
		configMap("a", podtemplate.Default, nil, `{spec: {nodeSelector: {a: b, c: d}, tolerations: [{key: "y", operator: Exists}], containers: [{name: spark, env: [{name: E}]}, {name: side, env: [{name: S}]}]}}`),
		configMap("t", podtemplate.Default, replacing, `{metadata: {labels: {l: "2"}}}`),
	).PodTemplate(e)
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	at := strings.Index(text, "swage.dev/shaped")
	if at < 0 {
		t.Fatal(text)
	}
	const want = `{"metadata":{"labels":{"l":"2"},"annotations":{}},"spec":{"nodeSelector":{"a":"mine","c":"d"},"tolerations":[{"key":"x","operator":"Exists"},{"key":"y","operator":"Exists"}],"containers":[{"image":"spark:0","env":[{"name":"U","value":"1"},{"name":"E"}]},{"name":"side","image":"side","env":[{"name":"S"}]}]}}`
	var pod corev1.Pod
	if err := yaml.Unmarshal(got, &pod); err != nil {
		t.Fatal(err)
	}
	delete(pod.Annotations, podtemplate.ShapedAnnotation)
	var wanted corev1.Pod
	if err := yaml.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	x, _ := yaml.Marshal(pod)
	y, _ := yaml.Marshal(wanted)
	if string(x) != string(y) {
		t.Errorf("got\n%s\nwant\n%s", x, y)
	}
}
