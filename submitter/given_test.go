package submitter_test

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

const givenTemplate = `
spec:
  nodeSelector: {disk: "{{ssd}}"}
  containers:
  - name: spark-kubernetes-executor
    env: [{name: MINE, value: "1"}]
`

// givenPlan plans a small application with what comes beside its command line.
func givenPlan(t *testing.T, given submitter.Given, settings ...string) (*submitter.Objects, error) {
	t.Helper()
	args := []string{"--master", "k8s://server", "--conf", "spark.kubernetes.container.image=spark:4.1.2", "--num-executors", "1"}
	for _, setting := range settings {
		args = append(args, "--conf", setting)
	}
	line, err := commandline.Parse(append(args, "local:///pi.py"))
	if err != nil {
		t.Fatal(err)
	}
	return submitter.Plan(submitter.Options{Line: line, Given: given, Random: zeros{}, Namespace: "team"})
}

// S24: pod templates that come with the command line are what files would be.
func TestS24GivenTemplatesArePodTemplates(t *testing.T) {
	objects, err := givenPlan(t, submitter.Given{DriverTemplate: []byte(givenTemplate), ExecutorTemplate: []byte(givenTemplate)})
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range []*corev1.Pod{objects.Driver, objects.Executors.Pod(0)} {
		if pod.Spec.NodeSelector["disk"] != "{{ssd}}" || pod.Spec.Containers[0].Env[0].Name != "MINE" {
			t.Errorf("got %v, %v", pod.Spec.NodeSelector, pod.Spec.Containers[0].Env[0])
		}
	}
	for _, key := range []string{"spark.kubernetes.driver.podTemplateFile", "spark.kubernetes.executor.podTemplateFile"} {
		_, err := givenPlan(t, submitter.Given{DriverTemplate: []byte(givenTemplate), ExecutorTemplate: []byte(givenTemplate)}, key+"=/t.yaml")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), key+"=/t.yaml") {
			t.Errorf("%s: got %v", key, err)
		}
	}
}

// S24: objects that come with the command line are the application's, in its
// namespace; the caller's own stay as they are.
func TestS24GivenObjectsAreTheApplications(t *testing.T) {
	mine := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{Name: "mine"}}
	objects, err := givenPlan(t, submitter.Given{Owned: []submitter.Object{mine}, Before: []submitter.Object{mine}})
	if err != nil {
		t.Fatal(err)
	}
	last := objects.Owned[len(objects.Owned)-1]
	if last.GetName() != "mine" || last.GetNamespace() != "team" || len(objects.Before) != 1 || objects.Before[0].GetNamespace() != "team" {
		t.Errorf("got %v and %v", last, objects.Before)
	}
	if mine.Namespace != "" {
		t.Error("the caller's object was changed")
	}
}

// S24: limits of memory are the Spark containers', in pods that are made here;
// that Spark writes its own into others is said.
func TestS24GivenMemoryLimits(t *testing.T) {
	limit := resource.MustParse("4Gi")
	objects, err := givenPlan(t, submitter.Given{DriverMemoryLimit: &limit, ExecutorMemoryLimit: &limit})
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range []*corev1.Pod{objects.Driver, objects.Executors.Pod(0)} {
		if got := pod.Spec.Containers[0].Resources; got.Limits.Memory().String() != "4Gi" || got.Requests.Memory().String() != "1433Mi" {
			t.Errorf("got %v", got)
		}
	}
	if !strings.Contains(strings.Join(objects.Notes, "\n"), "executors that the driver makes have no memory limit of their own") {
		t.Errorf("nobody says that others have none: %q", objects.Notes)
	}
	small := resource.MustParse("1Gi")
	if _, err := givenPlan(t, submitter.Given{ExecutorMemoryLimit: &small}); err == nil || !strings.Contains(err.Error(), "the executor's memory limit 1Gi is less than the 1433Mi") {
		t.Errorf("got %v", err)
	}
}

// S24: by name, executors ask for templates of their own besides those that
// they would have had, and Spark has no pod template.
func TestS24ExecutorsAskForTemplatesOfTheirOwn(t *testing.T) {
	limit := resource.MustParse("4Gi")
	given := submitter.Given{ExecutorTemplate: []byte(givenTemplate), ExecutorMemoryLimit: &limit, Named: true}
	const driverAsks, executorsAsk = "spark.kubernetes.driver.annotation.swage.dev/templates", "spark.kubernetes.executor.annotation.swage.dev/templates"
	for _, row := range []struct {
		rule, setting, want string
	}{
		{"nobody asked for others", "spark.a=b", ""},
		{"their driver's, which they would inherit", driverAsks + "=base,spot", "base,spot,"},
		{"their own", executorsAsk + "=own", "own,"},
	} {
		objects, err := givenPlan(t, given, row.setting)
		if err != nil {
			t.Fatal(err)
		}
		templates := namedTemplates(t, objects)
		want := row.want + templates[0].Name + "," + templates[1].Name
		if got := objects.Executors.Pod(0).Annotations[podtemplate.TemplatesAnnotation]; got != want {
			t.Errorf("%s: they ask for %s, not %s", row.rule, got, want)
		}
		for _, o := range objects.Owned {
			if strings.Contains(o.GetName(), "podspec") {
				t.Errorf("%s: Spark has the pod template %s as well", row.rule, o.GetName())
			}
		}
		if text := templates[0].Data["executor.yaml"]; !strings.Contains(text, "name: spark\n") || !strings.Contains(text, "{{{{ssd}}") || templates[0].Annotations[podtemplate.OnConflictAnnotation] != "" {
			t.Errorf("%s: got %s, %v", row.rule, text, templates[0].Annotations)
		}
		if text := templates[1].Data["executor.yaml"]; !strings.Contains(text, `memory: "4Gi"`) || templates[1].Annotations[podtemplate.OnConflictAnnotation] != "replace" {
			t.Errorf("%s: got %s, %v", row.rule, text, templates[1].Annotations)
		}
	}
}

// namedTemplates are the two templates of a plan, which must load.
func namedTemplates(t *testing.T, objects *submitter.Objects) []*corev1.ConfigMap {
	t.Helper()
	var found []*corev1.ConfigMap
	for _, o := range objects.Owned {
		if o.GetLabels()[podtemplate.TemplateLabel] != "named" {
			continue
		}
		found = append(found, o.(*corev1.ConfigMap))
		if _, err := podtemplate.Load(found[len(found)-1], podtemplate.LoadOptions{}); err != nil {
			t.Error(err)
		}
	}
	if len(found) != 2 {
		t.Fatalf("%d templates", len(found))
	}
	return found
}

// What no template may say stays Spark's pod template, and it is said.
func TestS24WhatDoesNotLoadIsNoNamedTemplate(t *testing.T) {
	objects, err := givenPlan(t, submitter.Given{ExecutorTemplate: []byte("spec: {nodeName: node-1, containers: [{name: a}]}"), Named: true})
	if err != nil {
		t.Fatal(err)
	}
	if objects.Executors.Pod(0).Spec.NodeName != "node-1" || !strings.Contains(strings.Join(objects.Notes, "\n"), "none by name") {
		t.Errorf("on node %q, notes %q", objects.Executors.Pod(0).Spec.NodeName, objects.Notes)
	}
}

// S24: what pods request is known before they are planned, whoever makes them.
func TestS24Requests(t *testing.T) {
	line, err := commandline.Parse([]string{
		"--master", "k8s://server", "--driver-memory", "2g", "--executor-cores", "3", "--conf", "spark.kubernetes.container.image=spark:4.1.2",
		"--conf", "spark.dynamicAllocation.enabled=true", "--conf", "spark.executor.resource.gpu.amount=2", "--conf", "spark.executor.resource.gpu.vendor=example.com", "local:///pi.py",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := submitter.ReadRequests(submitter.Options{Line: line, Given: submitter.Given{
		DriverTemplate: []byte("spec: {containers: [{name: a, resources: {limits: {example.com/fpga: 1}}}]}"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for what, is := range map[string]string{
		"the driver's memory": got.Driver.Memory().String() + "=2867Mi", "its processors": got.Driver.Cpu().String() + "=1",
		"its template's limit": amountOf(got.Driver, "example.com/fpga") + "=1",
		"an executor's memory": got.Executor.Memory().String() + "=1433Mi", "its processors too": got.Executor.Cpu().String() + "=3",
		"its GPUs": amountOf(got.Executor, "example.com/gpu") + "=2",
	} {
		if is, want, _ := strings.Cut(is, "="); is != want {
			t.Errorf("%s: %s, not %s", what, is, want)
		}
	}
}

func amountOf(list corev1.ResourceList, name corev1.ResourceName) string {
	amount := list[name]
	return amount.String()
}
