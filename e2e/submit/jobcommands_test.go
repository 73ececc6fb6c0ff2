package submit_test

import (
	"encoding/json"
	"slices"
	"strings"
	"syscall"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
)

// says runs the program, and fails unless it says some things and exits with a code.
func says(t *testing.T, code int, args []string, parts ...string) string {
	t.Helper()
	out, said, got := program(t, args...)
	all := out + said
	for _, part := range parts {
		if !strings.Contains(all, part) {
			t.Errorf("%q: %q is not said in\n%s", args, part, all)
		}
	}
	if got != code {
		t.Errorf("%q: exit code %d\n%s", args, got, all)
	}
	return out
}

// saysWaiting waits for an application, and leaves it when all of these things were said, sooner or later.
func saysWaiting(t *testing.T, namespace, application string, parts ...string) {
	t.Helper()
	cmd := start(t, "wait", "-n", namespace, application, "--timeout", patience.Timeout.String())
	code, said := followed(t, cmd, func(line string) {
		if len(parts) == 0 {
			return
		}
		if parts = slices.DeleteFunc(parts, func(part string) bool { return strings.Contains(line, part) }); len(parts) == 0 {
			signal(t, cmd, syscall.SIGINT)
		}
	})
	if code != 130 || len(parts) > 0 {
		t.Errorf("exit code %d, %q are not said in\n%s", code, parts, said)
	}
}

// S21: a Job is one application, whose driver is the last attempt; any attempt can be named.
func TestS21AJobIsOneApplication(t *testing.T) {
	namespace := server.Namespace(t)
	in := func(args ...string) []string { return append(args, "-n", namespace) }
	says(t, 0, append([]string{"submit"}, jobArgs(namespace, "--suspend", "--name", "etl")...), "Deployed Spark application etl as job etl-")
	job := jobOf(t, namespace)
	says(t, 0, in("list"), "etl", "Suspended", "resumes it")
	says(t, 1, in("logs", job.Name), "no driver yet")
	first := attempt(t, job, "first", ended(3, "Error"))
	says(t, 0, in("list"), "Suspended")
	job.Spec.Suspend = new(false)
	job, err := server.Client().BatchV1().Jobs(namespace).Update(t.Context(), job, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	says(t, 0, in("list"), "Retrying", "attempt 1 of 3 ended: exit code 3")
	second := attempt(t, job, "second", runs)
	executor := executorOf(t, second, "second-exec-1", "1", runs)
	label(t, executor, submitter.JobLabel, job.Name)
	for _, word := range []string{job.Name, "etl", "second", "spark-" + string(second.UID)} {
		says(t, 0, in("status", word), "second", "attempt 2 of 3", "second-exec-1", "exit code 3", job.Name, " spark-"+string(second.UID))
	}
	says(t, 0, in("status", "first"), "spark-"+string(first.UID))
	says(t, 1, in("logs", "etl", "--attempt", "3"), "has no attempt 3: there are 2")
	var apps []struct {
		Job, Driver, State string
		Attempts           []struct {
			Driver   string
			ExitCode *int
		}
	}
	if err := json.Unmarshal([]byte(says(t, 0, in("list", "-o", "json"))), &apps); err != nil || len(apps) != 1 || apps[0].Driver != "second" ||
		apps[0].Job != job.Name || len(apps[0].Attempts) != 2 || *apps[0].Attempts[0].ExitCode != 3 {
		t.Errorf("%v, %+v", err, apps)
	}
	says(t, 0, in("kill", "etl"), "job/"+job.Name+" deleted", "pod/first deleted", "pod/second-exec-1 deleted", "configmap/spark-drv-")
	if job := jobOf(t, namespace); job.DeletionTimestamp == nil || job.Finalizers[0] != metav1.FinalizerDeleteDependents {
		t.Errorf("not deleted in the foreground: %v, %v", job.DeletionTimestamp, job.Finalizers)
	}
	says(t, 0, in("list"), "Terminating")
}

// S21: events of the Job itself are told: no pod tells why it makes none. A waiting swage says it.
func TestS21WhyAJobMakesNoDriver(t *testing.T) {
	namespace := server.Namespace(t)
	says(t, 0, append([]string{"submit"}, jobArgs(namespace)...), "as job")
	job := jobOf(t, namespace)
	event(t, namespace, corev1.ObjectReference{Kind: "Job", Namespace: namespace, Name: job.Name, UID: job.UID}, "FailedCreate", "Error creating: exceeded quota: tiny")
	says(t, 0, []string{"events", "-n", namespace, job.Name}, "exceeded quota: tiny")
	saysWaiting(t, namespace, job.Name, "the Job may not make its driver: Error creating: exceeded quota: tiny")
}

// S21: an attempt of a Job whose configuration is gone does not start; whoever waits is told why.
func TestS21ARetryWithoutItsConfigMap(t *testing.T) {
	namespace := server.Namespace(t)
	says(t, 0, append([]string{"submit"}, jobArgs(namespace)...), "as job")
	job := jobOf(t, namespace)
	attempt(t, job, "first", ended(3, "Error"))
	second := attempt(t, job, "second", nil)
	bind := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: second.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: "node"}}
	if err := server.Client().CoreV1().Pods(namespace).Bind(t.Context(), bind, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	event(t, namespace, corev1.ObjectReference{Kind: "Pod", Namespace: namespace, Name: "second", UID: second.UID}, "FailedMount", `MountVolume.SetUp failed: configmap "spark-drv-1-conf-map" not found`)
	saysWaiting(t, namespace, job.Name, "attempt 1 of 3 ended", `warning: second waits: FailedMount: MountVolume.SetUp failed: configmap "spark-drv-1-conf-map" not found`)
}

func event(t *testing.T, namespace string, about corev1.ObjectReference, reason, message string) {
	t.Helper()
	e := &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "e-"}, InvolvedObject: about, Reason: reason, Message: message, Type: corev1.EventTypeWarning, LastTimestamp: metav1.Now(),
	}
	if _, err := server.Client().CoreV1().Events(namespace).Create(t.Context(), e, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// S21: spark-submit --kill of a driver that a Job made ends the Job, which would make another.
func TestS21KillAsSparkSubmitDoes(t *testing.T) {
	namespace := server.Namespace(t)
	says(t, 0, append([]string{"submit"}, jobArgs(namespace)...), "as job")
	attempt(t, jobOf(t, namespace), "first", runs)
	says(t, 0, []string{"submit", "--kill", namespace + ":first"}, "Deleting driver pod: first")
	jobs, err := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(jobs.Items) != 0 && jobs.Items[0].DeletionTimestamp == nil {
		t.Errorf("%v, the Job goes on", err)
	}
}

// S21: the life of a schedule.
func TestS21Schedules(t *testing.T) {
	namespace := server.Namespace(t)
	in := func(args ...string) []string { return append(args, "-n", namespace) }
	schedule := func(args ...string) []string { return in(append([]string{"schedule"}, args...)...) }
	submit := append(in("--", "--spark-version", "4.1.2"), pi...)
	says(t, 0, append([]string{"schedule", "0 3 * * *", "--name", "nightly", "--time-zone", "Europe/Berlin"}, submit...), `Scheduled Spark application pi.py as nightly`, `"0 3 * * *" Europe/Berlin`)
	says(t, 1, append([]string{"schedule", "0 3 * * *", "--name", "nightly"}, submit...), "nightly exists already", "swage schedule delete")
	says(t, 0, schedule("list"), "nightly", "0 3 * * *", "Europe/Berlin", "Active")
	says(t, 0, schedule("suspend", "nightly"), "cronjob/nightly suspended")
	says(t, 0, schedule("list", "-o", "json"), `"state": "Suspended"`)
	says(t, 0, schedule("trigger", "nightly"), "job/nightly-", "created")
	job := jobOf(t, namespace)
	if owner := metav1.GetControllerOf(job); owner == nil || owner.Name != "nightly" || *owner.Controller != true {
		t.Errorf("the run is owned by %v", owner)
	}
	attempt(t, job, "run", runs)
	says(t, 0, in("status", "nightly"), "schedule:", "nightly", "run")
	says(t, 0, in("kill", "nightly"), "job/"+job.Name+" deleted", "the schedule nightly goes on: swage schedule delete nightly")
	says(t, 0, schedule("resume", "nightly"), "cronjob/nightly resumed")
	if err := server.Client().CoreV1().ConfigMaps(namespace).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	says(t, 1, schedule("trigger", "nightly"), "ConfigMap spark-drv-", "is gone, without which no driver starts")
	says(t, 0, schedule("delete", "nightly"), "cronjob/nightly deleted")
	says(t, 1, schedule("delete", "none"), "no such schedule: none in namespace "+namespace)
}

// S21, S19: the pods of a Job are its controller's to create: its template is shaped.
func TestS21TheTemplateOfAJobIsShapedHere(t *testing.T) {
	namespace := server.Namespace(t)
	template := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "t", Labels: map[string]string{"swage.dev/template": "default"}},
		Data:       map[string]string{"driver.yaml": `{metadata: {annotations: {shaped: "{{APP_NAME}}"}}, spec: {nodeSelector: {disk: fast}}}`},
	}
	maps := server.Client().CoreV1().ConfigMaps(namespace)
	if _, err := maps.Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	says(t, 0, append([]string{"submit"}, jobArgs(namespace, "--shape", "here", "--system-namespace", "", "--name", "etl")...), "as job etl-")
	pod := jobOf(t, namespace).Spec.Template
	if pod.Annotations["shaped"] != "etl" || pod.Spec.NodeSelector["disk"] != "fast" || pod.Labels[batchv1.JobNameLabel] != jobOf(t, namespace).Name {
		t.Errorf("%v, %v, %v", pod.Annotations, pod.Spec.NodeSelector, pod.Labels)
	}
	first := attempt(t, jobOf(t, namespace), "first", nil) // what the controller makes of it is taken
	if first.Annotations["shaped"] != "etl" {
		t.Errorf("got %v", first.Annotations)
	}
	template.Data["driver.yaml"] = `{metadata: {annotations: {id: "{{APP_ID}}"}}}`
	template.Labels["swage.dev/template"] = "enforced"
	if _, err := maps.Update(t.Context(), template, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	says(t, 1, append([]string{"submit"}, jobArgs(namespace, "--shape", "here", "--system-namespace", "")...), "the templates deny it", "APP_ID")
}

// An interrupt while a Job is waited for means what it means for a driver.
func TestS21InterruptedWhileAJobIsWaitedFor(t *testing.T) {
	namespace := server.Namespace(t)
	cmd := start(t, append([]string{"submit", "-n", namespace, "--spark-version", "4.1.2", "--retries", "2", "--on-interrupt", "kill"}, pi...)...)
	code, said := followed(t, cmd, func(line string) {
		switch {
		case strings.HasPrefix(line, "labels: "):
			attempt(t, jobOf(t, namespace), "first", runs)
		case strings.HasPrefix(line, "phase: "):
			signal(t, cmd, syscall.SIGTERM)
		}
	})
	if code != 130 || !strings.Contains(said, "the application was killed") || jobOf(t, namespace).DeletionTimestamp == nil {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// A driver that a Job of somebody else's makes is an application like any other, and goes with its Job.
func TestS21OthersJobs(t *testing.T) {
	namespace := server.Namespace(t)
	pod := podOf("driver", "", "spark-1")
	job, err := server.Client().BatchV1().Jobs(namespace).Create(t.Context(), &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "theirs"}, Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	attempt(t, job, "theirs-driver", ended(3, "Error"))
	says(t, 3, []string{"wait", "-n", namespace, "theirs-driver"}, "exit code: 3")
	says(t, 0, []string{"status", "-n", namespace, "theirs"}, "spark-1", "Failed", "theirs-driver")
	says(t, 0, []string{"kill", "-n", namespace, "theirs"}, "job/theirs deleted", "pod/theirs-driver deleted")
}
