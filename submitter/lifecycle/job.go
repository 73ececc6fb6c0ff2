package lifecycle

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// Job is what runs an application's drivers, one after the other.
type Job struct {
	Name string
	UID  types.UID
	// Object is nil where the Job may not be read, or is not labelled as Swage's are.
	Object *batchv1.Job
	// Attempts are the drivers that exist, oldest first.
	Attempts []*corev1.Pod
}

// Schedule is the name of the CronJob whose run the Job is, "" for none.
func (j *Job) Schedule() string {
	if j.Object == nil {
		return ""
	}
	if owner := metav1.GetControllerOf(j.Object); owner != nil && owner.Kind == "CronJob" {
		return owner.Name
	}
	return ""
}

// MostAttempts is how many there may be, 0 where that is not known. Those that
// the cluster took away come on top.
func (j *Job) MostAttempts() int {
	if j.Object == nil || j.Object.Spec.BackoffLimit == nil {
		return 0
	}
	return int(*j.Object.Spec.BackoffLimit) + 1
}

// listJobs lists the Jobs that Swage made. Who may not list them knows them by their pods.
func listJobs(ctx context.Context, server *apiserver.Server, namespace string) ([]batchv1.Job, error) {
	list := &batchv1.JobList{}
	err := server.List(ctx, apiserver.JobRef(namespace, ""), url.Values{"labelSelector": {submitter.JobLabel}}, list)
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return nil, nil
	}
	return list.Items, err
}

// jobOf is the UID and the name of the Job that made a pod.
func jobOf(pod *corev1.Pod) (types.UID, string) {
	if owner := metav1.GetControllerOfNoCopy(pod); owner != nil && owner.Kind == "Job" {
		return owner.UID, owner.Name
	}
	return "", ""
}

// withJobs are applications of which those of one Job are one: its last attempt.
// Jobs without pods are there as well.
func withJobs(apps []Pods, jobs []batchv1.Job) []Pods {
	byUID := map[types.UID]*Job{}
	for i := range jobs {
		byUID[jobs[i].UID] = &Job{Name: jobs[i].Name, UID: jobs[i].UID, Object: &jobs[i]}
	}
	all := make([]Pods, 0, len(apps)+len(jobs))
	last := map[types.UID]int{}
	for _, app := range apps { // oldest first
		uid, name := types.UID(""), ""
		if app.Driver != nil {
			uid, name = jobOf(app.Driver)
		}
		if uid == "" {
			all = append(all, app)
			continue
		}
		if byUID[uid] == nil {
			byUID[uid] = &Job{Name: name, UID: uid}
		}
		app.Job = byUID[uid]
		app.Job.Attempts = append(app.Job.Attempts, app.Driver)
		if at, known := last[uid]; known {
			all[at] = app
			continue
		}
		last[uid] = len(all)
		all = append(all, app)
	}
	for i := range jobs {
		if _, known := last[jobs[i].UID]; !known {
			all = append(all, Pods{Job: byUID[jobs[i].UID]})
		}
	}
	sortByAge(all)
	return all
}

func sortByAge(apps []Pods) {
	slices.SortStableFunc(apps, func(a, b Pods) int {
		return cmp.Or(a.Created().Compare(b.Created().Time), strings.Compare(a.Namespace(), b.Namespace()), strings.Compare(a.Word(), b.Word()))
	})
}

// attemptsOf are the drivers of a Job, oldest first.
func attemptsOf(pods podSet, job types.UID) []*corev1.Pod {
	var attempts []*corev1.Pod
	for _, pod := range pods {
		if uid, _ := jobOf(pod); uid == job && !isExecutor(pod) {
			attempts = append(attempts, pod)
		}
	}
	slices.SortFunc(attempts, func(a, b *corev1.Pod) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
	return attempts
}

// executorsOf are the executors of one driver, by name.
func executorsOf(pods podSet, driver types.UID) []*corev1.Pod {
	return slices.DeleteFunc(executorsIn(pods), func(pod *corev1.Pod) bool { return ownerUID(pod) != driver })
}
