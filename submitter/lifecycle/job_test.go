package lifecycle_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// jobObjects is a plan with a Job, or with a schedule a CronJob.
func jobObjects(t *testing.T, schedule *submitter.ScheduleOptions) *submitter.Objects {
	t.Helper()
	return submittertest.Request{
		Version: "4.1.2", Args: []string{"--name", "pi", "--conf", "spark.my.password=x"}, Job: &submitter.JobOptions{Retries: 2}, Schedule: schedule,
	}.Must(t)
}

// S5, S21: suspended, then what it owns, then resumed.
func TestS21AJobIsCreatedSuspended(t *testing.T) {
	w := newWorld()
	objects := jobObjects(t, nil)
	job, err := lifecycle.ApplyJob(t.Context(), w.server(), objects)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"POST jobs", "POST secrets", "PATCH jobs/" + job.Name}
	if !slices.Equal(w.calls, want) || w.history[0].object["spec"].(tree)["suspend"] != true {
		t.Errorf("got %q, suspended %v", w.calls, w.history[0].object["spec"].(tree)["suspend"])
	}
	if *job.Spec.Suspend || len(job.Annotations) != 0 || objects.Job.Spec.Suspend != nil {
		t.Errorf("suspended %v, annotations %v", *job.Spec.Suspend, job.Annotations)
	}
	for path, object := range w.objects {
		if owners, _ := meta(object)["ownerReferences"].([]any); path != "jobs/"+job.Name && (len(owners) != 1 || owners[0].(tree)["uid"] != string(job.UID)) {
			t.Errorf("%s is owned by %v", path, owners)
		}
	}
}

// S21: who wants it suspended leaves resuming to others; that its submission is complete is said all the same.
func TestS21WhoResumesAJob(t *testing.T) {
	w := newWorld()
	objects := jobObjects(t, nil)
	objects.Job.Spec.Suspend = new(true)
	job, err := lifecycle.ApplyJob(t.Context(), w.server(), objects)
	if err != nil || !*job.Spec.Suspend || job.Annotations[lifecycle.SubmitAnnotation] != "" {
		t.Errorf("%v, suspended %v, %v", err, *job.Spec.Suspend, job.Annotations)
	}
}

// S8: what fails before it may run is taken back.
func TestS8AFailedJobIsTakenBack(t *testing.T) {
	for _, call := range []string{"POST jobs", "POST secrets", "PATCH jobs", "POST cronjobs", "PATCH cronjobs"} {
		w := newWorld()
		w.refuse = func(got string) int {
			if strings.HasPrefix(got, call) {
				return http.StatusForbidden
			}
			return 0
		}
		var err error
		if strings.Contains(call, "cronjobs") {
			_, err = lifecycle.ApplySchedule(t.Context(), w.server(), jobObjects(t, &submitter.ScheduleOptions{Cron: "@daily"}))
		} else {
			_, err = lifecycle.ApplyJob(t.Context(), w.server(), jobObjects(t, nil))
		}
		if !apierrors.IsForbidden(err) || len(w.objects) != 0 {
			t.Errorf("%s: %v, left behind: %d objects", call, err, len(w.objects))
		}
	}
}

// S9: a schedule whose name is taken stays somebody's.
func TestS9AScheduleThatExists(t *testing.T) {
	w := newWorld()
	schedule := &submitter.ScheduleOptions{Cron: "@daily", Name: "nightly"}
	if _, err := lifecycle.ApplySchedule(t.Context(), w.server(), jobObjects(t, schedule)); err != nil {
		t.Fatal(err)
	}
	count := len(w.objects)
	if _, err := lifecycle.ApplySchedule(t.Context(), w.server(), jobObjects(t, schedule)); !apierrors.IsAlreadyExists(err) || len(w.objects) != count {
		t.Errorf("%v, %d objects", err, len(w.objects))
	}
}

// waitedJob is a Job that is waited for, in a bubble of virtual time.
type waitedJob struct {
	*world
	t        *testing.T
	job      *batchv1.Job
	told     []string
	troubles []string
	outcome  *lifecycle.Outcome
	err      error
	ended    bool
}

func waitJob(t *testing.T) *waitedJob {
	t.Helper()
	w := &waitedJob{world: newWorld(), t: t}
	var err error
	if w.job, err = lifecycle.ApplyJob(t.Context(), w.server(), jobObjects(t, nil)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.outcome, w.err = lifecycle.WaitJob(ctx, w.server(), w.job, lifecycle.WaitOptions{
			Ended:   func(attempt string, o *lifecycle.Outcome) { w.told = append(w.told, attempt+": "+o.String()) },
			Trouble: func(trouble lifecycle.Trouble) { w.troubles = append(w.troubles, trouble.Message) },
		})
		w.ended = true
	}()
	t.Cleanup(func() { stop(); <-done })
	synctest.Wait()
	return w
}

// attempt makes a driver of the Job, or changes it. Each is made a minute after the last.
func (w *waitedJob) attempt(name string, number int, how func(*corev1.Pod)) *corev1.Pod {
	w.t.Helper()
	pod := &corev1.Pod{ObjectMeta: *w.job.Spec.Template.ObjectMeta.DeepCopy(), Spec: w.job.Spec.Template.Spec}
	pod.Name, pod.Namespace, pod.UID = name, "default", types.UID("u-"+name)
	pod.CreationTimestamp = metav1.Unix(int64(60*number), 0)
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(w.job, batchv1.SchemeGroupVersion.WithKind("Job"))}
	how(pod)
	w.set("pods/"+name, pod)
	synctest.Wait()
	return pod
}

func (w *waitedJob) executor(of *corev1.Pod, name string, phase corev1.PodPhase) {
	w.t.Helper()
	w.set("pods/"+name, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "default", UID: types.UID("u-" + name), Labels: map[string]string{"spark-role": "executor", submitter.JobLabel: w.job.Name},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: of.Name, UID: of.UID, Controller: new(true)}},
		},
		Status: corev1.PodStatus{Phase: phase},
	})
	synctest.Wait()
}

func (w *waitedJob) end(how batchv1.JobConditionType, reason string) {
	w.t.Helper()
	job := w.job.DeepCopy()
	job.Status.Conditions = []batchv1.JobCondition{{Type: how, Status: corev1.ConditionTrue, Reason: reason, Message: "by the test"}}
	w.set("jobs/"+job.Name, job)
	synctest.Wait()
}

// S21, S17: it ends with the exit code of its last attempt, and no sooner than the Job.
func TestS21TheLastAttemptCounts(t *testing.T) {
	for _, row := range []struct {
		rule    string
		second  int32
		how     batchv1.JobConditionType
		because string
		code    int
		reason  string
	}{
		{"success", 0, batchv1.JobComplete, "", 0, ""},
		{"failure", 4, batchv1.JobFailed, batchv1.JobReasonBackoffLimitExceeded, 4, ""},
		{"its time is over", 143, batchv1.JobFailed, batchv1.JobReasonDeadlineExceeded, 125, "DeadlineExceeded: by the test"},
	} {
		inBubble(t, row.rule, func(t *testing.T) {
			w := waitJob(t)
			w.attempt("a", 1, endWith(3))
			w.attempt("b", 2, run)
			if w.ended {
				t.Fatal("one attempt was taken for the Job")
			}
			w.attempt("b", 2, endWith(row.second))
			w.end(row.how, row.because)
			if w.err != nil || w.outcome.ExitCode != row.code || w.outcome.Reason != row.reason || !strings.HasPrefix(w.told[0], "attempt 1 of 3: exit code 3") {
				t.Errorf("%+v, %v, told %q", w.outcome, w.err, w.told)
			}
		})
	}
}

// S21: without any attempt to be seen, and when the Job is deleted, there is no exit code.
func TestS21AJobWithoutAnExitCode(t *testing.T) {
	inBubble(t, "its attempts are gone", func(t *testing.T) {
		w := waitJob(t)
		w.end(batchv1.JobFailed, batchv1.JobReasonBackoffLimitExceeded)
		if w.err != nil || w.outcome.ExitCode != lifecycle.NoExitCode || !strings.Contains(w.outcome.Reason, "BackoffLimitExceeded") {
			t.Errorf("%+v, %v", w.outcome, w.err)
		}
	})
	inBubble(t, "it was deleted", func(t *testing.T) {
		w := waitJob(t)
		w.remove("jobs/" + w.job.Name)
		synctest.Wait()
		if w.err != nil || w.outcome.ExitCode != lifecycle.NoExitCode || w.outcome.Reason != "the Job was deleted" {
			t.Errorf("%+v, %v", w.outcome, w.err)
		}
	})
}

// S21: what executors of a failed attempt wait for never comes; those that run end by themselves, and those of the next one stay.
func TestS21PendingExecutorsOfAFailedAttemptAreDeleted(t *testing.T) {
	inBubble(t, "pending", func(t *testing.T) {
		w := waitJob(t)
		first := w.attempt("a", 1, run)
		w.executor(first, "a-exec-1", corev1.PodPending)
		w.executor(first, "a-exec-2", corev1.PodRunning)
		if w.get("pods/a-exec-1") == nil {
			t.Fatal("deleted while its driver runs")
		}
		w.attempt("a", 1, endWith(3))
		second := w.attempt("b", 2, run)
		w.executor(second, "b-exec-1", corev1.PodPending)
		for name, stays := range map[string]bool{"a-exec-1": false, "a-exec-2": true, "b-exec-1": true} {
			if (w.get("pods/"+name) != nil) != stays {
				t.Errorf("%s stays: %v", name, !stays)
			}
		}
	})
}

// S21: why nothing happens is told, once.
func TestS21WhyAJobMakesNoDriver(t *testing.T) {
	inBubble(t, "its pods are refused", func(t *testing.T) {
		w := waitJob(t)
		w.set("events/e", &corev1.Event{
			ObjectMeta: metav1.ObjectMeta{Name: "e"}, Reason: "FailedCreate", Message: "exceeded quota: tiny",
			InvolvedObject: corev1.ObjectReference{Kind: "Job", UID: w.job.UID},
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		if !slices.Equal(w.troubles, []string{"the Job may not make its driver: exceeded quota: tiny"}) {
			t.Errorf("told %q", w.troubles)
		}
	})
	inBubble(t, "somebody suspended it", func(t *testing.T) {
		w := waitJob(t)
		job := w.job.DeepCopy()
		job.Spec.Suspend = new(true)
		w.set("jobs/"+job.Name, job)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(w.troubles) != 1 || !strings.Contains(w.troubles[0], "suspended") {
			t.Errorf("told %q", w.troubles)
		}
	})
}
