package lifecycle

import (
	"context"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// SubmitAnnotation is on a Job or a CronJob until all that it needs exists. One
// that still has it was being submitted by somebody who did not finish.
const SubmitAnnotation = Gate

// ApplyJob creates the Job of a plan: suspended, so that no driver begins before
// what it needs is there; then what the Job owns; then it is resumed, unless the
// plan leaves that to others. Whenever it is killed, nothing is left without an
// owner: at worst a suspended Job. When it fails it deletes the Job. It returns
// the Job as stored.
func ApplyJob(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (*batchv1.Job, error) {
	job, stored := objects.Job.DeepCopy(), &batchv1.Job{}
	resume := job.Spec.Suspend == nil
	job.Spec.Suspend = new(true)
	return stored, applySuspended(ctx, server, objects, suspended{job, stored, &job.Spec.Template, resume})
}

// ApplySchedule creates the CronJob of a plan in the same way. Its Jobs share what it owns.
func ApplySchedule(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (*batchv1.CronJob, error) {
	cron, stored := objects.CronJob.DeepCopy(), &batchv1.CronJob{}
	resume := cron.Spec.Suspend == nil
	cron.Spec.Suspend = new(true)
	return stored, applySuspended(ctx, server, objects, suspended{cron, stored, &cron.Spec.JobTemplate.Spec.Template, resume})
}

// suspended is a Job or a CronJob that is created so that it does nothing yet.
type suspended struct {
	wanted, stored submitter.Object
	template       *corev1.PodTemplateSpec // in wanted
	resume         bool
}

func applySuspended(ctx context.Context, server *apiserver.Server, objects *submitter.Objects, s suspended) error {
	if err := (creator{server: server, templates: objects.Templates}).shapeTemplate(ctx, s.wanted, s.template); err != nil {
		return err
	}
	s.wanted.SetAnnotations(map[string]string{SubmitAnnotation: "incomplete"})
	if err := createBefore(ctx, server, objects.Before); err != nil {
		return err
	}
	if err := createSuspended(ctx, server, s); err != nil {
		return dropBefore(ctx, server, objects.Before, err)
	}
	ref, uid := apiserver.RefTo(s.wanted), s.stored.GetUID()
	err := createOwned(ctx, server, owners(ref, uid), objects.Owned)
	if err == nil {
		err = ownBefore(ctx, server, owners(ref, uid), objects.Before)
	}
	if err == nil {
		err = begin(ctx, server, s)
	}
	if err != nil {
		return takeBack(ctx, server, ref, uid, dropBefore(ctx, server, objects.Before, err))
	}
	return nil
}

// createSuspended creates it. An answer that got lost says neither yes nor no: then it is looked for.
func createSuspended(ctx context.Context, server *apiserver.Server, s suspended) error {
	ref := apiserver.RefTo(s.wanted)
	err := server.Create(ctx, s.wanted, s.stored)
	switch {
	case err == nil:
		return nil
	case apierrors.IsAlreadyExists(err):
		return fmt.Errorf("the %s %s exists already in namespace %s: delete it (swage schedule delete), or choose another name (--name, in a manifest metadata.name): %w", ref.Kind, ref.Name, ref.Namespace, err)
	}
	err = fmt.Errorf("creating the %s %s: %w", ref.Kind, ref.Name, err)
	if decided(err) {
		return err
	}
	cleaning, done := cleanUp(ctx)
	defer done()
	// Ours mounts a configuration that nobody else's does.
	if lost := server.Get(cleaning, ref, s.stored); lost == nil && confOf(podTemplate(s.stored)) == confOf(s.template) {
		return takeBack(ctx, server, ref, s.stored.GetUID(), err)
	}
	return err
}

func podTemplate(o submitter.Object) *corev1.PodTemplateSpec {
	switch o := o.(type) {
	case *batchv1.Job:
		return &o.Spec.Template
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template
	}
	return &corev1.PodTemplateSpec{}
}

func confOf(template *corev1.PodTemplateSpec) string {
	_, name := confKindOf(template)
	return name
}

func confKindOf(template *corev1.PodTemplateSpec) (kind, name string) {
	return submitter.ConfOf(&corev1.Pod{Spec: template.Spec})
}

// begin says that all is there, and lets it run unless others shall.
func begin(ctx context.Context, server *apiserver.Server, s suspended) error {
	ref := apiserver.RefTo(s.wanted)
	patch := map[string]any{"metadata": map[string]any{"uid": s.stored.GetUID(), "annotations": map[string]any{SubmitAnnotation: nil}}}
	if s.resume {
		patch["spec"] = map[string]any{"suspend": false}
	}
	forget(s.stored) // decoding adds to what there is, and the annotation would stay
	if err := server.Patch(ctx, ref, types.MergePatchType, patch, s.stored); err != nil {
		return fmt.Errorf("starting the %s %s: %w", ref.Kind, ref.Name, err)
	}
	return nil
}

func forget(o submitter.Object) {
	switch o := o.(type) {
	case *batchv1.Job:
		*o = batchv1.Job{}
	case *batchv1.CronJob:
		*o = batchv1.CronJob{}
	}
}
