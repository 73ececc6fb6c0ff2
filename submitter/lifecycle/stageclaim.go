package lifecycle

import (
	"context"
	"errors"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// StageToClaim puts the files of a plan on its claim (Staging.Claim), before anything else of the plan is created. It finds out first
// what would be in the way, of the claim (CheckStaging) and of the application: nobody sends a gigabyte for one that is refused. The Job
// that receives is gone when it returns, or on its way; whenever it is killed, Kubernetes ends and removes it.
//
// Where what comes next fails, undo has the folder removed. It returns the reason, with what is left where that failed, too. Where
// nobody can tell whether all arrived, as when the API server is lost after the last byte, StageToClaim itself does that.
func StageToClaim(ctx context.Context, server *apiserver.Server, objects *submitter.Objects, o StageOptions) (undo func(reason error) error, err error) {
	if err := CheckStaging(ctx, server, objects); err != nil {
		return nil, err
	}
	driver, err := wouldStore(ctx, server, objects)
	if err != nil {
		return nil, err
	}
	claim := *objects.Staging.Claim
	claim.Job = claim.JobLike(&driver.Spec)
	job, err := createStaging(ctx, server, claim.Job)
	if err != nil {
		return nil, err
	}
	s := stagerByJob(server, job, objects.Staging, o)
	err = s.stage(ctx)
	removeStaging(ctx, server, job, s.mayBeWhole())
	switch {
	case err == nil:
		return func(reason error) error { return unstage(ctx, server, &claim, reason) }, nil
	case s.mayBeWhole():
		return nil, unstage(ctx, server, &claim, err)
	}
	return nil, err
}

// createStaging creates the Job. An answer that got lost says neither yes nor no: then it is deleted, by its name, which is new.
func createStaging(ctx context.Context, server *apiserver.Server, wanted *batchv1.Job) (*batchv1.Job, error) {
	job := &batchv1.Job{}
	err := server.Create(ctx, wanted, job)
	if err == nil {
		return job, nil
	}
	err = fmt.Errorf("creating the Job %s, whose pod receives the files: %w", wanted.Name, err)
	var answered apierrors.APIStatus
	if errors.As(err, &answered) {
		return nil, err
	}
	return nil, takeBack(ctx, server, apiserver.RefTo(wanted), "", err)
}

func stagerByJob(server *apiserver.Server, job *batchv1.Job, what *submitter.Staging, o StageOptions) *stager {
	return &stager{
		server: server, what: what, options: o, place: "pvc/" + what.Claim.Name, job: job.UID,
		query: podsWith(job.Namespace, batchv1.ControllerUidLabel+"="+string(job.UID)),
		pick: func(pods podSet) *corev1.Pod {
			for _, pod := range pods {
				if metav1.IsControlledBy(pod, job) {
					return pod
				}
			}
			return nil
		},
	}
}

// mayBeWhole tells whether the folder may be there under its name: all was handed on, and the container did not say that it has not got it.
func (s *stager) mayBeWhole() bool { return s.all && !s.tookBack }

// removeStaging deletes the Job and its pod. Where another pod is next it waits, for a while, until both are gone: a claim may be for
// one pod at a time, and a folder that is removed must not be given its name thereafter.
func removeStaging(ctx context.Context, server *apiserver.Server, job *batchv1.Job, another bool) {
	wait := cleanUpTime
	if !another || ctx.Err() != nil {
		wait = 0
	}
	cleaning, done := context.WithTimeout(context.WithoutCancel(ctx), 2*cleanUpTime)
	defer done()
	if _, err := RemoveJob(cleaning, server, job, wait); err != nil {
		server.Warn(fmt.Sprintf("%v; Kubernetes ends it, and removes it then", err))
	}
}

// unstage has Kubernetes remove a folder from a claim, and the Job that does it when it is done.
func unstage(ctx context.Context, server *apiserver.Server, claim *submitter.StagingClaim, reason error) error {
	cleaning, done := cleanUp(ctx)
	defer done()
	if err := server.Create(cleaning, claim.Removal(), nil); err != nil {
		return fmt.Errorf("%w; the folder %s is left on the claim %s, remove it from a pod that mounts it (%w)", reason, claim.Folder, claim.Name, err)
	}
	return reason
}
