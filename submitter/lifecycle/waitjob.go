package lifecycle

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// WaitJob waits until a Job has ended, with all its attempts, as Wait waits for
// one driver. Options.Container counts for none of them. While it waits it
// deletes executors of failed attempts that have not started: nobody waits for
// them, and they could take the room of the next attempt's.
func WaitJob(ctx context.Context, server *apiserver.Server, job *batchv1.Job, o WaitOptions) (*Outcome, error) {
	w := &jobWaiting{waiting: newWaiting(server), ref: apiserver.JobRef(job.Namespace, job.Name), uid: job.UID, labels: podsOf(job)}
	told, deleted := map[types.UID]bool{}, map[types.UID]bool{}
	w.seen = func(ctx context.Context, app Pods) {
		for _, pod := range app.leftover {
			if !deleted[pod.UID] {
				deleted[pod.UID] = true
				_ = server.DeletePod(ctx, pod) // with the Job it goes in any case
			}
		}
		app.Job.tellEnded(told, o.Ended)
	}
	return w.await(ctx, o, "the Job "+job.Name, w.follow)
}

// podsOf selects the pods of a Job: executors too, where it is Swage's.
func podsOf(job *batchv1.Job) string {
	if name := job.Spec.Template.Labels[submitter.JobLabel]; name != "" {
		return ofJob(name)
	}
	return batchv1.JobNameLabel + "=" + job.Name
}

// tellEnded tells, once each, of attempts that have ended.
func (j *Job) tellEnded(told map[types.UID]bool, tell func(attempt string, outcome *Outcome)) {
	for _, driver := range j.Attempts {
		outcome := outcomeOf(driver, submitter.SparkContainer(driver))
		if outcome == nil || told[driver.UID] || tell == nil {
			continue
		}
		told[driver.UID] = true
		tell(j.number(len(told)), outcome) // pods that were deleted are there no more, and count
	}
}

// jobWaiting follows a Job and its pods at once.
type jobWaiting struct {
	waiting
	ref    apiserver.Ref
	uid    types.UID
	labels string

	mu   sync.Mutex // guards the following
	job  *batchv1.Job
	pods podSet // nil: not read yet
}

func (w *jobWaiting) follow(ctx context.Context, pause time.Duration) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	name := query{kind: apiserver.JobRef(w.ref.Namespace, ""), name: w.ref.Name}
	var errs [2]error
	var both errgroup.Group
	both.Go(func() error {
		defer stop()
		errs[0] = follow(ctx, w.server, name, pause, func(jobs set[batchv1.Job]) enough {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.job = jobs[w.uid]
			if w.job == nil { // also when another took its name
				w.outcome = &Outcome{ExitCode: NoExitCode, Reason: "the Job was deleted"}
				return true
			}
			return w.look(ctx)
		})
		return nil
	})
	both.Go(func() error {
		defer stop()
		errs[1] = follow(ctx, w.server, podsWith(w.ref.Namespace, w.labels), pause, func(pods podSet) enough {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.pods = pods
			return w.job != nil && w.look(ctx)
		})
		return nil
	})
	_ = both.Wait()
	if w.outcome != nil {
		return nil
	}
	return cmp.Or(errs[0], errs[1])
}

// look shows what there is, and tells whether the Job has ended.
func (w *jobWaiting) look(ctx context.Context) enough {
	if w.pods == nil {
		return false
	}
	app := w.application(w.pods)
	condition := ended(w.job)
	if condition != nil && lastOutcome(app.Job.Attempts) == nil { // the two watches are not of one moment
		if list, err := w.server.ListPods(ctx, w.ref.Namespace, w.labels); err == nil {
			app = w.application(setOf(list.Items))
		}
	}
	w.show(ctx, app)
	if condition == nil {
		return false
	}
	w.outcome = outcomeOfJob(condition, lastOutcome(app.Job.Attempts))
	return true
}

func (w *jobWaiting) application(pods podSet) Pods {
	app := Pods{Job: &Job{Name: w.ref.Name, UID: w.uid, Object: w.job, Attempts: attemptsOf(pods, w.uid)}}
	for _, driver := range app.Job.Attempts {
		executors := executorsOf(pods, driver.UID)
		if outcome := outcomeOf(driver, submitter.SparkContainer(driver)); outcome != nil && outcome.ExitCode != 0 {
			app.leftover = append(app.leftover, waitingOf(executors)...)
		}
		app.Driver, app.Executors = driver, executors
	}
	return app
}

// waitingOf are the pods that have not started.
func waitingOf(pods []*corev1.Pod) []*corev1.Pod {
	var waiting []*corev1.Pod
	for _, pod := range pods {
		if pod.Status.Phase == corev1.PodPending && pod.DeletionTimestamp == nil {
			waiting = append(waiting, pod)
		}
	}
	return waiting
}
