package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// ErrNoSchedule is wrapped by the error about a name that is no schedule's.
var ErrNoSchedule = errors.New("no such schedule")

// Schedules are the CronJobs of a namespace that run Spark applications, by name; "" is all namespaces.
func Schedules(ctx context.Context, server *apiserver.Server, namespace string) ([]batchv1.CronJob, error) {
	list := &batchv1.CronJobList{}
	if err := server.List(ctx, apiserver.CronJobRef(namespace, ""), url.Values{"labelSelector": {submitter.JobLabel}}, list); err != nil {
		return nil, fmt.Errorf("listing schedules: %w", err)
	}
	return list.Items, nil
}

// GetSchedule reads the schedule of a name. A CronJob that runs no Spark application is none.
func GetSchedule(ctx context.Context, server *apiserver.Server, namespace, name string) (*batchv1.CronJob, error) {
	cron := &batchv1.CronJob{}
	err := server.Get(ctx, apiserver.CronJobRef(namespace, name), cron)
	if apierrors.IsNotFound(err) || err == nil && cron.Labels[submitter.JobLabel] == "" {
		return nil, fmt.Errorf("%w: %s in namespace %s", ErrNoSchedule, name, namespace)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the schedule %s: %w", name, err)
	}
	return cron, nil
}

// DeleteSchedule deletes a schedule with its runs, those that go on included; what is owned goes first.
func DeleteSchedule(ctx context.Context, server *apiserver.Server, cron *batchv1.CronJob) error {
	err := server.Delete(ctx, apiserver.CronJobRef(cron.Namespace, cron.Name), deletion(cron.UID, metav1.DeletePropagationForeground, nil))
	if err != nil {
		return fmt.Errorf("deleting the schedule %s: %w", cron.Name, err)
	}
	return nil
}

// SuspendSchedule has no more runs begin, or again. Runs that go on are not touched.
func SuspendSchedule(ctx context.Context, server *apiserver.Server, cron *batchv1.CronJob, suspend bool) error {
	patch := map[string]any{"metadata": map[string]any{"uid": cron.UID}, "spec": map[string]any{"suspend": suspend}}
	if err := server.Patch(ctx, apiserver.CronJobRef(cron.Namespace, cron.Name), types.MergePatchType, patch, nil); err != nil {
		return fmt.Errorf("changing the schedule %s: %w", cron.Name, err)
	}
	return nil
}

// manualAnnotation is what kubectl create job --from writes, and whoever shows Jobs looks for.
const manualAnnotation = "cronjob.kubernetes.io/instantiate"

// Trigger runs a schedule once, now, as kubectl create job --from does: whether
// it is suspended or not, and whatever its concurrency policy says. It returns the Job.
// What the driver needs must be there still: without its configuration every
// attempt would wait for ever.
func Trigger(ctx context.Context, server *apiserver.Server, cron *batchv1.CronJob, now time.Time) (*batchv1.Job, error) {
	if err := checkConf(ctx, server, cron); err != nil {
		return nil, err
	}
	template := cron.Spec.JobTemplate
	wanted := &batchv1.Job{
		TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%d", cron.Name, now.Unix()), Namespace: cron.Namespace, Labels: template.Labels,
			Annotations: map[string]string{manualAnnotation: "manual"}, OwnerReferences: owners(apiserver.CronJobRef(cron.Namespace, cron.Name), cron.UID),
		},
		Spec: template.Spec,
	}
	for key, value := range template.Annotations {
		wanted.Annotations[key] = value
	}
	stored := &batchv1.Job{}
	err := server.Create(ctx, wanted, stored)
	if apierrors.IsAlreadyExists(err) {
		return nil, fmt.Errorf("triggering %s: it was triggered this very second already: %w", cron.Name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("triggering %s: %w", cron.Name, err)
	}
	return stored, nil
}

// checkConf refuses a run whose driver would wait for its configuration for ever.
// Whether it is there is not known to those who may not read it.
func checkConf(ctx context.Context, server *apiserver.Server, cron *batchv1.CronJob) error {
	kind, name := confKindOf(podTemplate(cron))
	if kind == "" {
		return nil
	}
	var held metav1.PartialObjectMetadata
	err := server.Get(ctx, apiserver.Ref{APIVersion: "v1", Kind: kind, Namespace: cron.Namespace, Name: name}, &held)
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("triggering %s: its %s %s is gone, without which no driver starts: delete the schedule and make it again: %w", cron.Name, kind, name, err)
	}
	return nil
}
