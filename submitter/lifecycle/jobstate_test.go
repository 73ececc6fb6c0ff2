package lifecycle_test

import (
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/lifecycle"
)

// S21: the state of an application that a Job runs.
func TestS21StatesOfJobs(t *testing.T) {
	driver := func(name string, how func(*corev1.Pod)) *corev1.Pod {
		pod := sparkPod("driver", name)
		how(pod)
		return pod
	}
	with := func(edit func(*batchv1.Job)) *batchv1.Job {
		job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "j", Namespace: "n"}, Spec: batchv1.JobSpec{BackoffLimit: new(int32(1))}}
		edit(job)
		return job
	}
	condition := func(kind batchv1.JobConditionType, reason string) func(*batchv1.Job) {
		return func(job *batchv1.Job) {
			job.Status.Conditions = []batchv1.JobCondition{{Type: kind, Status: corev1.ConditionTrue, Reason: reason}}
		}
	}
	nothing := func(*batchv1.Job) {}
	for _, row := range []struct {
		rule         string
		job          *batchv1.Job
		attempts     []*corev1.Pod
		name, reason string
		code         int // -1: it has not ended
	}{
		{"its submission was cut off", with(func(j *batchv1.Job) {
			j.Annotations, j.Spec.Suspend = map[string]string{lifecycle.SubmitAnnotation: "incomplete"}, new(true)
		}), nil, "Held", "swage kill", -1},
		{"it waits for a queue", with(func(j *batchv1.Job) { j.Spec.Suspend = new(true) }), nil, "Suspended", "resumes it", -1},
		{"it has just begun", with(nothing), nil, "Pending", "no driver yet", -1},
		{"the first attempt runs", with(nothing), []*corev1.Pod{driver("a", run)}, "Running", "", -1},
		{"the first attempt failed", with(nothing), []*corev1.Pod{driver("a", endWith(3))}, "Retrying", "attempt 1 of 2 ended: exit code 3", -1},
		{"the second attempt runs", with(nothing), []*corev1.Pod{driver("a", endWith(3)), driver("b", run)}, "Running", "attempt 2 of 2", -1},
		{"the first attempt's pod was deleted", with(func(j *batchv1.Job) { j.Status.Failed = 1 }), []*corev1.Pod{driver("b", run)}, "Running", "attempt 2 of 2", -1},
		{"more attempts than failures count", with(nothing), []*corev1.Pod{driver("a", endWith(3)), driver("b", endWith(3)), driver("c", run)}, "Running", "attempt 3", -1},
		{"the last attempt failed", with(condition(batchv1.JobFailed, "BackoffLimitExceeded")), []*corev1.Pod{driver("a", endWith(3)), driver("b", endWith(4))}, "Failed", "", 4},
		{"its time is over", with(condition(batchv1.JobFailed, "DeadlineExceeded")), []*corev1.Pod{driver("a", endWith(3))}, "Failed", "DeadlineExceeded", 125},
		{"it succeeded", with(condition(batchv1.JobComplete, "")), []*corev1.Pod{driver("a", endWith(0))}, "Succeeded", "", 0},
		{"its pods are gone", with(condition(batchv1.JobComplete, "")), nil, "Succeeded", "", 0},
		{"it is being deleted", with(func(j *batchv1.Job) { j.DeletionTimestamp = new(metav1.Now()) }), []*corev1.Pod{driver("a", run)}, "Terminating", "", -1},
	} {
		app := &lifecycle.Pods{Job: &lifecycle.Job{Name: "j", Object: row.job, Attempts: row.attempts}}
		if len(row.attempts) > 0 {
			app.Driver = row.attempts[len(row.attempts)-1]
		}
		state, code := app.State(), -1
		if state.Outcome != nil {
			code = state.Outcome.ExitCode
		}
		if state.Name != row.name || code != row.code || !strings.Contains(state.Reason, row.reason) || (row.reason == "") != (state.Reason == "") {
			t.Errorf("%s: got %+v, exit code %d", row.rule, state, code)
		}
	}
}
