package lifecycle_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// nightly is a suspended schedule.
func nightly(t *testing.T, w *world) *batchv1.CronJob {
	t.Helper()
	cron, err := lifecycle.ApplySchedule(t.Context(), w.server(), jobObjects(t, &submitter.ScheduleOptions{Cron: "@daily", Name: "nightly", Suspend: true}))
	if err != nil || !*cron.Spec.Suspend {
		t.Fatal(err)
	}
	return cron
}

// S21: a schedule is triggered as kubectl does it.
func TestS21Trigger(t *testing.T) {
	w := newWorld()
	server, cron, now := w.server(), nightly(t, w), time.Unix(1e9, 0)
	job, err := lifecycle.Trigger(t.Context(), server, cron, now)
	if err != nil || job.Name != "nightly-1000000000" || job.Spec.Suspend != nil || job.Annotations["cronjob.kubernetes.io/instantiate"] != "manual" {
		t.Errorf("%v, %+v", err, job)
	}
	if owner := metav1.GetControllerOf(job); owner == nil || owner.Kind != "CronJob" || owner.UID != cron.UID {
		t.Errorf("owned by %v", owner)
	}
	if _, err := lifecycle.Trigger(t.Context(), server, cron, now); !apierrors.IsAlreadyExists(err) || !strings.Contains(err.Error(), "this very second") {
		t.Errorf("again: %v", err)
	}
}

// S21: a run whose configuration is gone would wait for ever.
func TestS21TriggerWithoutTheConfiguration(t *testing.T) {
	w := newWorld()
	cron := nightly(t, w)
	for path := range w.objects {
		if strings.HasPrefix(path, "secrets/") {
			w.remove(path)
		}
	}
	if _, err := lifecycle.Trigger(t.Context(), w.server(), cron, time.Unix(1e9, 0)); !apierrors.IsNotFound(err) || !strings.Contains(err.Error(), "is gone, without which no driver starts") {
		t.Errorf("without its configuration: %v", err)
	}
}

// A CronJob that runs no Spark application is nobody's to delete by its name.
func TestS21OtherCronJobsAreNoSchedules(t *testing.T) {
	w := newWorld()
	w.set("cronjobs/backup", &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "backup", Namespace: "default"}})
	if _, err := lifecycle.GetSchedule(t.Context(), w.server(), "default", "backup"); !errors.Is(err, lifecycle.ErrNoSchedule) {
		t.Errorf("got %v", err)
	}
	if all, err := lifecycle.Schedules(t.Context(), w.server(), "default"); err != nil || len(all) != 0 {
		t.Errorf("%d schedules, %v", len(all), err)
	}
}

// S21: the last run is found by the schedule's name, an attempt by any of its names.
func TestS21FindJobs(t *testing.T) {
	w := newWorld()
	twoRuns(t, w)
	for word, driver := range map[string]string{
		"nightly": "nightly-2-b", "nightly-1": "nightly-1-b", "nightly-1-a": "nightly-1-a", "spark-u-nightly-1-b": "nightly-1-b", "spark-u-nightly-1-a": "nightly-1-a",
	} {
		app, err := lifecycle.Find(t.Context(), w.server(), "default", word)
		if err != nil || app.Driver.Name != driver || app.Job.Schedule() != "nightly" {
			t.Errorf("%s: %v, %s", word, err, asJSON(t, app))
		}
	}
	if apps, err := lifecycle.Applications(t.Context(), w.server(), "default"); err != nil || len(apps) != 2 {
		t.Errorf("%d applications, %v", len(apps), err)
	}
	if _, err := lifecycle.Find(t.Context(), w.server(), "default", "pi"); !errors.Is(err, lifecycle.ErrAmbiguous) || !strings.Contains(err.Error(), "nightly-1 (") {
		t.Errorf("a name that both runs have: %v", err)
	}
}

// S21: who may not list Jobs knows them by their pods.
func TestS21FindJobsWithoutTheRightToListThem(t *testing.T) {
	w := newWorld()
	twoRuns(t, w)
	w.refuse = func(call string) int {
		if strings.HasPrefix(call, "GET jobs") {
			return http.StatusForbidden
		}
		return 0
	}
	if app, err := lifecycle.Find(t.Context(), w.server(), "default", "nightly-1"); err != nil || app.Driver.Name != "nightly-1-b" || app.Job.Object != nil || len(app.Job.Attempts) != 2 {
		t.Errorf("%v, %+v", err, app)
	}
}

// twoRuns are those of a schedule, with two attempts each.
func twoRuns(t *testing.T, w *world) {
	t.Helper()
	cron := nightly(t, w)
	for i, name := range []string{"nightly-1", "nightly-2"} {
		job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "default", UID: types.UID(name), Labels: cron.Labels, CreationTimestamp: metav1.Unix(int64(1000*i), 0),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(cron, batchv1.SchemeGroupVersion.WithKind("CronJob"))},
		}, Spec: cron.Spec.JobTemplate.Spec}
		w.set("jobs/"+name, job)
		for attempt, suffix := range []string{"-a", "-b"} {
			pod := &corev1.Pod{ObjectMeta: *job.Spec.Template.ObjectMeta.DeepCopy(), Spec: job.Spec.Template.Spec}
			pod.Name, pod.Namespace, pod.UID = name+suffix, "default", types.UID("u-"+name+suffix)
			pod.CreationTimestamp = metav1.Unix(int64(1000*i+100*attempt), 0)
			pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))}
			w.set("pods/"+pod.Name, pod)
		}
	}
}
