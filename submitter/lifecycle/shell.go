package lifecycle

import (
	"context"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

const (
	// Lease is how long a shell goes on whose user has vanished.
	Lease = 2 * time.Minute
	// leaseEvery is how often whoever is attached says so: three answers may be lost.
	leaseEvery = 30 * time.Second
)

// ApplyShell creates the Job of a shell as ApplyJob does, with the time of one
// Lease: Kubernetes ends it unless KeepShell goes on saying that its user is
// there. The end of a connection tells a shell at a terminal nothing.
func ApplyShell(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (*batchv1.Job, error) {
	leased := *objects
	leased.Job = objects.Job.DeepCopy()
	leased.Job.Spec.ActiveDeadlineSeconds = new(lasting(0, longest(objects.Job)))
	return ApplyJob(ctx, server, &leased)
}

// KeepShell keeps the Job of a shell alive until the context ends or the Job is
// gone, but no longer than its plan says. Calls that fail are made again.
func KeepShell(ctx context.Context, server *apiserver.Server, job *batchv1.Job, plan *submitter.Objects) {
	begun, most := time.Now(), longest(plan.Job)
	tick := time.NewTicker(leaseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		patch := map[string]any{
			"metadata": map[string]any{"uid": job.UID},
			"spec":     map[string]any{"activeDeadlineSeconds": lasting(time.Since(begun), most)},
		}
		if err := server.Patch(ctx, apiserver.JobRef(job.Namespace, job.Name), types.MergePatchType, patch, nil); apierrors.IsNotFound(err) {
			return
		}
	}
}

func longest(job *batchv1.Job) time.Duration {
	return time.Duration(*job.Spec.ActiveDeadlineSeconds) * time.Second
}

// lasting is the seconds that a Job may have in all which has run for some time.
func lasting(ran, most time.Duration) int64 { return int64(min(ran+Lease, most) / time.Second) }

// Started tells whether a pod's Spark container runs, or has run.
func Started(pod *corev1.Pod) bool { return containerStarted(pod, submitter.SparkContainer(pod)) }
