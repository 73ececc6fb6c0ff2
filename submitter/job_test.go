package submitter_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// inJob is a plan whose driver is run by a Job that retries it.
func inJob(t *testing.T, args ...string) *submitter.Objects {
	t.Helper()
	return submittertest.Request{Version: "4.1.2", Args: append([]string{"--name", "pi"}, args...), Job: &submitter.JobOptions{Retries: 2}}.Must(t)
}

// S21: which of the options take a Job, and which the driver's pod alone.
func TestS21WhatTakesAJob(t *testing.T) {
	for _, row := range []struct {
		rule    string
		options *submitter.JobOptions
		job     bool
		pods    int64 // the pod's own deadline in seconds
	}{
		{"nothing is asked for", nil, false, 0},
		{"nothing either", &submitter.JobOptions{}, false, 0},
		{"a deadline alone is the pod's", &submitter.JobOptions{Deadline: 90 * time.Second}, false, 90},
		{"retries", &submitter.JobOptions{Retries: 1}, true, 0},
		{"a deadline of all attempts", &submitter.JobOptions{Retries: 1, Deadline: time.Minute}, true, 0},
		{"a time to live", &submitter.JobOptions{TTL: time.Hour}, true, 0},
		{"to be resumed by others", &submitter.JobOptions{Suspend: true}, true, 0},
	} {
		objects := submittertest.Request{Version: "4.1.2", Job: row.options}.Must(t)
		pods := int64(0)
		if deadline := objects.Driver.Spec.ActiveDeadlineSeconds; deadline != nil {
			pods = *deadline
		}
		if (objects.Job != nil) != row.job || pods != row.pods || (objects.Root() == submitter.Object(objects.Driver)) == row.job {
			t.Errorf("%s: job %v, the pod's deadline %d", row.rule, objects.Job != nil, pods)
		}
	}
}

// S21: how the Job goes about it.
func TestS21TheJob(t *testing.T) {
	objects := submittertest.Request{Version: "4.1.2", Args: []string{"--name", "pi", "--conf", "spark.kubernetes.driver.label.kueue.x-k8s.io/queue-name=q"}, Job: &submitter.JobOptions{
		Retries: 3, Deadline: 2 * time.Hour, TTL: 10 * time.Minute, Suspend: true,
	}}.Must(t)
	job := objects.Job
	spec := job.Spec
	spec.Template = corev1.PodTemplateSpec{Spec: corev1.PodSpec{RestartPolicy: job.Spec.Template.Spec.RestartPolicy}}
	want := `{"activeDeadlineSeconds":7200,"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]},` +
		`"backoffLimit":3,"template":{"metadata":{},"spec":{"containers":null,"restartPolicy":"Never"}},"ttlSecondsAfterFinished":600,"suspend":true,"podReplacementPolicy":"Failed"}`
	if got := asJSON(t, spec); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if job.Labels["kueue.x-k8s.io/queue-name"] != "q" || job.Labels[podtemplate.RoleLabel] != "" || job.Labels[submitter.JobLabel] != job.Name {
		t.Errorf("labels %v", job.Labels)
	}
	if all := objects.All(); all[len(all)-1] != submitter.Object(job) || objects.AppID != "" {
		t.Errorf("the last object is %T; id %q", all[len(all)-1], objects.AppID)
	}
}

// S21: each attempt is an application of its own: what tells it apart comes from its pod.
func TestS21TheDriverOfAJob(t *testing.T) {
	objects := inJob(t, "--conf", "spark.kubernetes.driverEnv.POD_UID=mine")
	driver := objects.Job.Spec.Template
	labels := driver.Labels
	if labels[podtemplate.RoleLabel] != "driver" || labels[podtemplate.AppNameLabel] != "pi" || labels[podtemplate.AppIDLabel] != "" || driver.Name != "" {
		t.Errorf("name %q, labels %v", driver.Name, labels)
	}
	container := driver.Spec.Containers[0]
	want := []string{
		"driver", "--properties-file", "/opt/spark/conf/spark.properties", "--conf", "spark.app.id=spark-$(POD_UID)",
		"--conf", "spark.kubernetes.driver.pod.name=$(POD_NAME)", "--conf", "spark.kubernetes.executor.podNamePrefix=$(POD_NAME)",
		"--conf", "spark.driver.host=$(SPARK_DRIVER_BIND_ADDRESS)", "--class",
	}
	if !slices.Equal(container.Args[:len(want)], want) {
		t.Errorf("got %q", container.Args)
	}
	var names []string
	for _, variable := range container.Env {
		names = append(names, variable.Name)
		if from := variable.ValueFrom; variable.Name == "POD_UID" && (from == nil || from.FieldRef.FieldPath != "metadata.uid") {
			t.Errorf("the user's variable hides the attempt's: %+v", variable)
		}
	}
	if uid, id := slices.Index(names, "POD_UID"), slices.Index(names, "SPARK_APPLICATION_ID"); uid < 0 || id < uid {
		t.Errorf("a variable that refers to another comes after it: %q", names)
	}
}

// S21: what belonged to one driver belongs to no attempt in particular.
func TestS21WhatAttemptsShare(t *testing.T) {
	objects := submittertest.Request{Version: "4.2.0", Args: []string{"--name", "pi"}, Job: &submitter.JobOptions{Retries: 1}}.Must(t)
	for _, o := range objects.Owned {
		if kind := o.GetObjectKind().GroupVersionKind().Kind; kind == "Service" || o.GetLabels()[podtemplate.AppIDLabel] != "" {
			t.Errorf("%s %s, labels %v", kind, o.GetName(), o.GetLabels())
		}
	}
	settings := conf(t, objects)
	for _, key := range []string{"spark.app.id", "spark.kubernetes.driver.pod.name", "spark.driver.host", "spark.kubernetes.executor.podNamePrefix"} {
		if value, set := settings[key]; set {
			t.Errorf("%s=%s is of no attempt", key, value)
		}
	}
	if settings["spark.driver.port"] != "7078" || settings["spark.kubernetes.executor.label.swage.dev/job"] != objects.Job.Name {
		t.Errorf("got %v", settings)
	}
	if objects.Executors != nil {
		t.Error("executors are made beside a driver that is not the only one")
	}
}

// S21: what is said of the Service that a Job's drivers do not have is told, and not lost in silence.
func TestS21SettingsOfNoService(t *testing.T) {
	const note = "spark.kubernetes.driver.service.label.* and spark.kubernetes.driver.service.annotation.* mean nothing: a Job's drivers have no Service"
	for _, setting := range []string{"label.a=b", "annotation.a=b"} {
		if notes := inJob(t, "--conf", "spark.kubernetes.driver.service."+setting).Notes; !slices.Contains(notes, note) {
			t.Errorf("%s: %q", setting, notes)
		}
	}
	if slices.Contains(inJob(t).Notes, note) {
		t.Error("nobody said anything of a Service")
	}
}

// S21: a claim that Spark would name is each attempt's own; one that the user names is made once, for all.
func TestS21ClaimsOfAJobsDriver(t *testing.T) {
	const volume = "spark.kubernetes.driver.volumes.persistentVolumeClaim."
	of := func(name, claim string) []string {
		return []string{
			"--conf", volume + name + ".mount.path=/" + name, "--conf", volume + name + ".options.claimName=" + claim,
			"--conf", volume + name + ".options.storageClass=fast", "--conf", volume + name + ".options.sizeLimit=1Gi",
		}
	}
	objects := inJob(t, append(of("a", "OnDemand"), of("b", "state")...)...)
	volumes := objects.Job.Spec.Template.Spec.Volumes
	template := volumes[0].Ephemeral
	if template == nil || *template.VolumeClaimTemplate.Spec.StorageClassName != "fast" || template.VolumeClaimTemplate.Spec.AccessModes[0] != corev1.ReadWriteOncePod {
		t.Errorf("on demand: %+v", volumes[0])
	}
	if source := volumes[1].PersistentVolumeClaim; source == nil || source.ClaimName != "state" {
		t.Errorf("with a name: %+v", volumes[1])
	}
	var claims []string
	for _, o := range objects.Owned {
		if o.GetObjectKind().GroupVersionKind().Kind == "PersistentVolumeClaim" {
			claims = append(claims, o.GetName())
		}
	}
	if !slices.Equal(claims, []string{"state"}) {
		t.Errorf("made: %q", claims)
	}
}

// What no two attempts can share, and numbers that mean nothing, are refused.
func TestS21WhatAJobRefuses(t *testing.T) {
	retries := &submitter.JobOptions{Retries: 1}
	for _, row := range []struct {
		rule string
		submittertest.Request
		says string
	}{
		{"one name for all drivers", submittertest.Request{Job: retries, Args: []string{"--conf", "spark.kubernetes.driver.pod.name=mine"}}, "spark.kubernetes.driver.pod.name=mine: a Job gives each attempt"},
		{"one prefix for all executors", submittertest.Request{Job: retries, Args: []string{"--conf", "spark.kubernetes.executor.podNamePrefix=mine"}}, "podNamePrefix=mine"},
		{"an id that nobody knows", submittertest.Request{Job: retries, Args: []string{"--conf", "spark.kubernetes.driver.annotation.a=x{{APP_ID}}"}}, "{{APP_ID}}"},
		{"executors beside the driver", submittertest.Request{Job: retries, Executors: submitter.ByBoth, Args: []string{"--num-executors", "2"}}, "since a Job runs the driver"},
		{"a group for one driver", submittertest.Request{Job: retries, Args: []string{"--conf", volcanoStep}}, "one PodGroup for one driver"},
		{"fewer than no retries", submittertest.Request{Job: &submitter.JobOptions{Retries: -1}}, "--retries is -1"},
		{"more retries than Kubernetes can count", submittertest.Request{Job: &submitter.JobOptions{Retries: submitter.MostRetries + 1}}, "expected a number, 0 to 2147483647"},
		{"longer than Kubernetes can count", submittertest.Request{Job: &submitter.JobOptions{TTL: submitter.LongestLimit + time.Second}}, "such as 90s, 15m or 2h, at most 596523h14m7s"},
		{"half a second", submittertest.Request{Job: &submitter.JobOptions{Deadline: 500 * time.Millisecond}}, "--deadline is 500ms: expected full seconds"},
		{"the past", submittertest.Request{Job: &submitter.JobOptions{TTL: -time.Second}}, "--ttl is -1s"},
	} {
		row.Version = "4.1.2"
		_, err := submitter.Plan(row.Options(t))
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

// S21: a long name of the application is cut where it is not what makes the Job's name unique.
func TestS21ALongName(t *testing.T) {
	objects := submittertest.Request{Version: "4.1.2", Args: []string{"--name", strings.Repeat("long", 30)}, Job: &submitter.JobOptions{Retries: 1}}.Must(t)
	other := submittertest.Request{Version: "4.1.2", Args: []string{"--name", strings.Repeat("long", 30)}, Job: &submitter.JobOptions{Retries: 1}}.Must(t)
	if name := objects.Job.Name; len(name) > 63 || name == other.Job.Name {
		t.Errorf("%s and %s", name, other.Job.Name)
	}
}

// S21, S19: the driver's executors are handed one pod template, whatever attempt makes them.
func TestS21ATemplateWithTheIDOfAnAttempt(t *testing.T) {
	r := submittertest.Request{
		Version: "4.1.2", Job: &submitter.JobOptions{Retries: 1}, Files: fstest.MapFS{},
		Templates: submittertest.Template(podtemplate.Default, map[string]string{"executor.yaml": `{metadata: {annotations: {id: "{{APP_ID}}"}}}`}),
	}
	if _, err := submitter.Plan(r.Options(t)); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "{{APP_ID}}") || !strings.Contains(err.Error(), "metadata.annotations") {
		t.Errorf("got %v", err)
	}
	r.Job = nil
	r.Templates = submittertest.Template(podtemplate.Default, map[string]string{"executor.yaml": `{metadata: {annotations: {id: "{{APP_ID}}"}}}`})
	if _, err := submitter.Plan(r.Options(t)); err != nil {
		t.Errorf("without a Job: %v", err)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
