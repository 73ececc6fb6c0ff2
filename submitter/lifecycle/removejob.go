package lifecycle

import (
	"context"
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/apiserver"
)

// removalEvery is how often it is asked whether a Job is gone.
const removalEvery = 250 * time.Millisecond

// RemoveJob deletes a Job with all that it owns, which goes first, and waits
// some time for all of it to be gone. It tells whether it is: where it is not,
// Kubernetes goes on.
func RemoveJob(ctx context.Context, server *apiserver.Server, job *batchv1.Job, wait time.Duration) (gone bool, err error) {
	ref := apiserver.JobRef(job.Namespace, job.Name)
	err = server.Delete(ctx, ref, deletion(job.UID, metav1.DeletePropagationForeground, nil))
	for until := time.Now().Add(wait); err == nil && time.Now().Before(until); {
		var left metav1.PartialObjectMetadata
		if err = server.Get(ctx, ref, &left); err == nil && left.UID != job.UID {
			return true, nil
		}
		if err == nil {
			err = sleep(ctx, removalEvery)
		}
	}
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("removing the Job %s: %w", job.Name, err)
	}
	return false, nil
}
