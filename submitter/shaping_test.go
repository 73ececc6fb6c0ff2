package submitter_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/shapehere"
	"swage.dev/swage/submitter/submittertest"
)

// S19: a field that Spark writes over, an enforced template or an executor's id
// is refused for executors that the driver makes, with the field's name; for
// those that swage makes it is not.
func TestS19WhatTheDriversExecutorsCannotHave(t *testing.T) {
	for _, row := range []struct {
		rule, executor string
		mode           podtemplate.Mode
		names          string
	}{
		{"a field of Spark's", `{spec: {containers: [{name: spark, imagePullPolicy: Always}]}}`, podtemplate.Default, "imagePullPolicy"},
		{"enforced", `{spec: {nodeSelector: {a: b}}}`, podtemplate.Enforced, "spec.nodeSelector"},
		{"the executor's id", `{metadata: {annotations: {id: "{{EXECUTOR_ID}}"}}}`, podtemplate.Default, "metadata.annotations"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			r := request{version: "4.1.2", templates: submittertest.Template(row.mode, map[string]string{"executor.yaml": row.executor})}
			_, err := r.plan(t)
			if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.names) || !strings.Contains(err.Error(), "default/t/executor.yaml") {
				t.Errorf("got %v", err)
			}
			r.executors = submitter.BySubmitter
			if _, err := r.plan(t); err != nil {
				t.Errorf("by the submitter: %v", err)
			}
		})
	}
}

// S19: executors made from the pod template that the driver is handed are those
// that the webhook would make of the driver's: the same things, in some order.
func TestS19TheDriversExecutorsAreAsShaped(t *testing.T) {
	const users = `{metadata: {labels: {from: user}}, spec: {tolerations: [{key: u, operator: Exists}], containers: [{name: mine, env: [{name: U, value: "1"}]}, {name: side, image: side}]}}`
	for _, row := range []struct{ rule, executor string }{
		{"placement", `{metadata: {labels: {l: "{{APP_ID}}"}}, spec: {nodeSelector: {a: b}, tolerations: [{key: x, operator: Exists}], priorityClassName: high}}`},
		{"a sidecar with a volume", `{spec: {containers: [{name: log, image: log, volumeMounts: [{name: v, mountPath: /v}]}, {name: spark, env: [{name: E, value: "1"}], volumeMounts: [{name: v, mountPath: /w}]}], volumes: [{name: v, emptyDir: {}}]}}`},
		{"limits and security", `{spec: {securityContext: {fsGroup: 1}, containers: [{name: "*", securityContext: {readOnlyRootFilesystem: true}}, {name: spark, resources: {limits: {gpu: 1}}}]}}`},
		{"what loses against the settings", `{metadata: {labels: {team: theirs}}, spec: {containers: [{name: spark, env: [{name: MINE, value: theirs}, {name: MORE}]}]}}`},
	} {
		for _, user := range []string{"", users} {
			t.Run(fmt.Sprintf("%s, a user's template %t", row.rule, user != ""), func(t *testing.T) {
				templates := submittertest.Template(podtemplate.Default, map[string]string{"executor.yaml": row.executor})
				r := request{version: "4.1.2", args: []string{"--conf", "spark.executorEnv.MINE=1", "--conf", "spark.kubernetes.executor.label.team=mine"}}
				if user != "" {
					r.files = fstest.MapFS{"user.yaml": {Data: []byte(user)}}
					r.args = append(r.args, "--conf", "spark.kubernetes.executor.podTemplateFile=/user.yaml")
				}
				want := shapedExecutor(t, r, templates)
				got := fromTemplate(t, r, templates)
				if a, b := sorted(t, want), sorted(t, got); a != b {
					t.Errorf("shaped:\n%s\nmade from the template:\n%s", a, b)
				}
			})
		}
	}
}

// shapedExecutor is an executor as it is made without templates, and then shaped.
func shapedExecutor(t *testing.T, r request, templates *shapehere.Templates) *corev1.Pod {
	t.Helper()
	r.executors = submitter.BySubmitter
	text, err := json.Marshal(r.must(t).Executors.Pod(0))
	if err != nil {
		t.Fatal(err)
	}
	result, err := templates.Shape(text, shapehere.Driver{})
	if err != nil || result.Verdict != podtemplate.Shaped {
		t.Fatalf("%v, %s", err, result.Message())
	}
	pod := &corev1.Pod{}
	if err := json.Unmarshal(result.Pod(), pod); err != nil {
		t.Fatal(err)
	}
	return pod
}

// fromTemplate is an executor as Spark makes it from the pod template of a plan.
func fromTemplate(t *testing.T, r request, templates *shapehere.Templates) *corev1.Pod {
	t.Helper()
	r.templates = templates
	var handed string
	for _, o := range r.must(t).Owned {
		if cm, ok := o.(*corev1.ConfigMap); ok && strings.HasSuffix(cm.Name, "-driver-podspec-conf-map") {
			handed = cm.Data["podspec-configmap-key"]
		}
	}
	if handed == "" {
		t.Fatal("the driver is handed no pod template")
	}
	r.templates, r.executors, r.files = nil, submitter.BySubmitter, fstest.MapFS{"handed.yaml": {Data: []byte(handed)}}
	r.args = append(slices.Clone(r.args), "--conf", "spark.kubernetes.executor.podTemplateFile=/handed.yaml")
	return r.must(t).Executors.Pod(0)
}

// sorted is a pod without what is random, its lists in the order of their texts.
// Of variables with one name the last counts.
func sorted(t *testing.T, pod *corev1.Pod) string {
	t.Helper()
	pod = pod.DeepCopy()
	pod.Name, pod.Spec.Hostname = "", ""
	for i := range pod.Spec.Containers {
		last := map[string]corev1.EnvVar{}
		for _, variable := range pod.Spec.Containers[i].Env {
			last[variable.Name] = variable
		}
		pod.Spec.Containers[i].Env = nil
		for _, variable := range last {
			pod.Spec.Containers[i].Env = append(pod.Spec.Containers[i].Env, variable)
		}
	}
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	out, err := yaml.Marshal(inOrder(tree))
	if err != nil {
		t.Fatal(err)
	}
	return submittertest.Masked(string(out))
}

func inOrder(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = inOrder(member)
		}
	case []any:
		for i := range v {
			v[i] = inOrder(v[i])
		}
		slices.SortFunc(v, func(a, b any) int {
			return strings.Compare(submittertest.Masked(fmt.Sprint(a)), submittertest.Masked(fmt.Sprint(b)))
		})
	}
	return v
}
