package submit_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// jobPlan plans an application that a Job runs, or with a schedule a CronJob.
func jobPlan(t *testing.T, namespace string, schedule *submitter.ScheduleOptions, env map[string]string, args ...string) (*submitter.Objects, error) {
	t.Helper()
	o, err := planOptions(t, namespace, env, args...)
	if err != nil {
		return nil, err
	}
	o.Job, o.Schedule = &submitter.JobOptions{Retries: 2, Deadline: time.Hour, TTL: time.Minute}, schedule
	return submitter.Plan(o)
}

// S21: the API server takes the Job of every case that is not refused.
func TestS21TheServerTakesAJobOfEveryCase(t *testing.T) {
	cases, err := submittertest.ReadCases(filepath.Join(testdata, "cases"))
	if err != nil {
		t.Fatal(err)
	}
	namespace, to := prepared(t), connection(t, nil)
	applied := 0
	for _, c := range cases {
		objects, err := jobPlan(t, namespace, nil, c.Env, c.Args...)
		if err != nil {
			continue
		}
		applied++
		if _, err := lifecycle.ApplyJob(t.Context(), to, objects); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	jobs, err := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(jobs.Items) != applied || applied < 60 {
		t.Errorf("%d Jobs of %d that were applied, %v", len(jobs.Items), applied, err)
	}
	for _, job := range jobs.Items {
		if *job.Spec.Suspend || job.Annotations[lifecycle.SubmitAnnotation] != "" {
			t.Errorf("%s is not resumed: %v", job.Name, job.Annotations)
		}
	}
}

// S21: what is said of a schedule here is what the API server says.
func TestS21SchedulesAsTheServerTakesThem(t *testing.T) {
	namespace := prepared(t)
	objects, err := jobPlan(t, namespace, &submitter.ScheduleOptions{Cron: "@daily"}, nil, pi...)
	if err != nil {
		t.Fatal(err)
	}
	taken := func(schedule string) bool {
		cron := objects.CronJob.DeepCopy()
		cron.Spec.Schedule = schedule
		_, err := server.Client().BatchV1().CronJobs(namespace).Create(t.Context(), cron, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err == nil
	}
	for _, text := range submittertest.Schedules {
		if !taken(text) {
			t.Errorf("%q is taken here, and not by the server", text)
		}
	}
	for _, row := range submittertest.NoSchedules {
		if taken(row.Text) != row.Accepted {
			t.Errorf("%q: the server takes it: %v", row.Text, !row.Accepted)
		}
	}
}

// S5, S21: killed at any call, nothing is left without an owner, and what could
// make a driver has all that the driver needs.
func TestS21KilledAtEachCall(t *testing.T) {
	for _, schedule := range []*submitter.ScheduleOptions{nil, {Cron: "@hourly"}} {
		for at := 1; ; at++ {
			done := false
			for _, unanswered := range []bool{false, true} {
				namespace := server.Namespace(t)
				objects, err := jobPlan(t, namespace, schedule, nil, append([]string{"--conf", "spark.my.password=x"}, pi...)...)
				if err != nil {
					t.Fatal(err)
				}
				death := &dying{at: at, unanswered: unanswered}
				to := connection(t, func(real http.RoundTripper) http.RoundTripper {
					death.RoundTripper = real
					return death
				})
				if schedule == nil {
					_, err = lifecycle.ApplyJob(t.Context(), to, objects)
				} else {
					_, err = lifecycle.ApplySchedule(t.Context(), to, objects)
				}
				done = err == nil
				wantRooted(t, namespace, objects)
			}
			if done { // it needs fewer calls than that
				break
			}
		}
	}
}

// wantRooted fails for an object without its owner, and for a Job or a CronJob that goes on without all it needs.
func wantRooted(t *testing.T, namespace string, objects *submitter.Objects) {
	t.Helper()
	jobs, err1 := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	crons, err2 := server.Client().BatchV1().CronJobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err1 != nil || err2 != nil || len(jobs.Items)+len(crons.Items) > 1 {
		t.Fatalf("%v, %v, %d Jobs", err1, err2, len(jobs.Items))
	}
	root, suspended := types.UID("none"), true
	for _, job := range jobs.Items {
		root, suspended = job.UID, *job.Spec.Suspend
	}
	for _, cron := range crons.Items {
		root, suspended = cron.UID, *cron.Spec.Suspend
	}
	owners := ownersOf(t, namespace)
	for _, owner := range owners {
		if owner != root {
			t.Errorf("an object is owned by %q, expected %q", owner, root)
		}
	}
	if !suspended && len(owners) != len(objects.Owned) {
		t.Errorf("it goes on with %d of %d objects", len(owners), len(objects.Owned))
	}
}

// attempt plays the Job controller: it makes a driver of a Job.
func attempt(t *testing.T, job *batchv1.Job, name string, edit func(*corev1.Pod)) *corev1.Pod {
	t.Helper()
	template := job.Spec.Template
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
	pod.Name, pod.Namespace = name, job.Namespace
	pod.Labels[batchv1.JobNameLabel], pod.Labels[batchv1.ControllerUidLabel] = job.Name, string(job.UID)
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))}
	return stored(t, job.Namespace, pod, edit)
}

// end plays the Job controller: it ends a Job.
func end(t *testing.T, job *batchv1.Job, how batchv1.JobConditionType, reason string) {
	t.Helper()
	now := metav1.Now()
	before := batchv1.JobSuccessCriteriaMet
	if how == batchv1.JobFailed {
		before = batchv1.JobFailureTarget
	} else {
		job.Status.CompletionTime, job.Status.Succeeded = &now, 1
	}
	job.Status.StartTime = &metav1.Time{Time: now.Add(-time.Minute)}
	for _, kind := range []batchv1.JobConditionType{before, how} {
		job.Status.Conditions = append(job.Status.Conditions, batchv1.JobCondition{Type: kind, Status: corev1.ConditionTrue, Reason: reason, Message: "by the test", LastTransitionTime: now})
	}
	job.Status.UncountedTerminatedPods = &batchv1.UncountedTerminatedPods{}
	if _, err := server.Client().BatchV1().Jobs(job.Namespace).UpdateStatus(t.Context(), job, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// jobOf is the one Job of a namespace.
func jobOf(t *testing.T, namespace string) *batchv1.Job {
	t.Helper()
	jobs, err := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(jobs.Items) != 1 {
		t.Fatalf("%d Jobs, %v", len(jobs.Items), err)
	}
	return &jobs.Items[0]
}

// jobArgs submit a Job that nobody waits for.
func jobArgs(namespace string, args ...string) []string {
	return append(append([]string{"-n", namespace, "--spark-version", "4.1.2", "--retries", "2", "--no-wait"}, args...), pi...)
}

// S21, S17: a waiting swage tells of each attempt, removes what a failed one's executors wait for in vain, and exits as the last one did.
func TestS21TheProgramExitsAsTheLastAttempt(t *testing.T) {
	for _, row := range []struct {
		rule   string
		second int32
		how    batchv1.JobConditionType
		reason string
		code   int
		says   string
	}{
		{"it succeeds in the end", 0, batchv1.JobComplete, "", 0, "exit code: 0"},
		{"it fails in the end", 4, batchv1.JobFailed, batchv1.JobReasonBackoffLimitExceeded, 4, "exit code: 4"},
		{"its time is over", 143, batchv1.JobFailed, batchv1.JobReasonDeadlineExceeded, 125, "DeadlineExceeded"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			if said, code := swage(t, jobArgs(namespace)...); code != 0 || !strings.Contains(said, "as job pi-py-") {
				t.Fatalf("exit code %d\n%s", code, said)
			}
			job := jobOf(t, namespace)
			first := attempt(t, job, "first", ended(3, "Error"))
			waiting := executorOf(t, first, "first-exec-1", "1", unschedulable)
			label(t, waiting, submitter.JobLabel, job.Name)
			attempt(t, job, "second", ended(row.second, "Error"))
			end(t, job, row.how, row.reason)
			out, said, code := program(t, "wait", "-n", namespace, job.Name)
			if code != row.code || !strings.Contains(said, row.says) || !strings.Contains(said, "note: attempt 1 of 3 ended: exit code 3") {
				t.Errorf("exit code %d\n%s%s", code, out, said)
			}
			if pod, err := server.Client().CoreV1().Pods(namespace).Get(t.Context(), waiting.Name, metav1.GetOptions{}); err == nil && pod.DeletionTimestamp == nil {
				t.Error("an executor of the failed attempt waits on")
			}
		})
	}
}

func label(t *testing.T, pod *corev1.Pod, key, value string) {
	t.Helper()
	patch := `{"metadata":{"labels":{"` + key + `":"` + value + `"}}}`
	if _, err := server.Client().CoreV1().Pods(pod.Namespace).Patch(t.Context(), pod.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}
