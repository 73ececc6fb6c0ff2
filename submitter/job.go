package submitter

import (
	"maps"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
)

// wrap puts the driver's pod into the Job or the CronJob that makes it, and
// takes a limit of its time to where it belongs.
func (b *build) wrap() {
	o := b.options.Job
	if o == nil {
		o = &JobOptions{}
	}
	switch {
	case !b.inJob:
		b.pod.Spec.ActiveDeadlineSeconds = wholeSeconds(o.Deadline)
		return
	case b.options.Schedule == nil:
		meta := b.named(b.jobName)
		meta.Labels = b.jobLabels()
		b.job = &batchv1.Job{TypeMeta: batch("Job"), ObjectMeta: meta, Spec: b.jobSpec(o)}
	default:
		b.cronJob = b.schedule(o, b.options.Schedule)
	}
}

func batch(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "batch/v1", Kind: kind} }

func wholeSeconds(d time.Duration) *int64 {
	if d == 0 {
		return nil
	}
	return new(int64(d / time.Second))
}

// jobLabels are the driver's, but those of a pod: whoever queues or finds Jobs by
// labels, as Kueue does, finds those that the user gave.
func (b *build) jobLabels() map[string]string {
	labels := maps.Clone(b.pod.Labels)
	delete(labels, podtemplate.RoleLabel)
	return labels
}

func (b *build) jobSpec(o *JobOptions) batchv1.JobSpec {
	spec := batchv1.JobSpec{
		BackoffLimit: new(int32(o.Retries)), ActiveDeadlineSeconds: wholeSeconds(o.Deadline),
		// A new driver before the old one is gone would write to the same places.
		PodReplacementPolicy: new(batchv1.Failed),
		PodFailurePolicy: &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
			Action:          batchv1.PodFailurePolicyActionIgnore,
			OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}},
		}}},
		Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: b.pod.Labels, Annotations: b.pod.Annotations}, Spec: b.pod.Spec,
		},
	}
	if o.Suspend {
		spec.Suspend = new(true)
	}
	if ttl := wholeSeconds(o.TTL); ttl != nil {
		spec.TTLSecondsAfterFinished = new(int32(*ttl))
	}
	if b.shell != nil {
		spec.PodFailurePolicy = nil // whoever is attached to one driver is not attached to another
	}
	return spec
}

func (b *build) schedule(o *JobOptions, s *ScheduleOptions) *batchv1.CronJob {
	meta := b.named(b.jobName)
	meta.Labels = b.jobLabels()
	spec := batchv1.CronJobSpec{
		Schedule: s.Cron, ConcurrencyPolicy: batchv1.ConcurrencyPolicy(firstOf(s.Concurrency, string(batchv1.AllowConcurrent))),
		SuccessfulJobsHistoryLimit: limit(s.HistorySuccess), FailedJobsHistoryLimit: limit(s.HistoryFailed),
		JobTemplate: batchv1.JobTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: meta.Labels}, Spec: b.jobSpec(o)},
	}
	if s.TimeZone != "" {
		spec.TimeZone = &s.TimeZone
	}
	if s.Suspend {
		spec.Suspend = new(true)
	}
	return &batchv1.CronJob{TypeMeta: batch("CronJob"), ObjectMeta: meta, Spec: spec}
}

func limit(count *int) *int32 {
	if count == nil {
		return nil
	}
	return new(int32(*count))
}

// perAttempt is what differs between attempts, by the variables from which the
// command line takes it. spark-submit, which runs again in the driver, lets the
// command line win over spark.properties.
var perAttempt = []struct{ key, value string }{
	{keyDriverPod, "$(" + envPodName + ")"},
	{keyExecutorPrefix, "$(" + envPodName + ")"},
	// There is no Service: a name of its own for each attempt is more than a Job can make.
	{keyDriverHost, "$(" + envBindAddress + ")"},
}

// attemptID is an application's id, of which Kubernetes knows the end.
const attemptID = "spark-$(" + envPodUID + ")"

// AttemptID is the application's id of the attempt whose driver's pod has a UID.
func AttemptID(driver types.UID) string { return "spark-" + string(driver) }

// attemptArgs are the settings of an attempt.
func (b *build) attemptArgs() []string {
	if !b.inJob {
		return nil
	}
	var args []string
	if b.newIDs() {
		args = []string{"--conf", keyAppID + "=" + attemptID}
	}
	for _, setting := range perAttempt {
		args = append(args, "--conf", setting.key+"="+setting.value)
	}
	return args
}

// attemptEnv are the variables that tell attempts apart. They come after the
// user's, which they must not be hidden by.
func (b *build) attemptEnv() {
	for _, variable := range []struct{ name, field string }{{envPodName, "metadata.name"}, {envPodUID, "metadata.uid"}} {
		b.container.Env = slices.DeleteFunc(b.container.Env, func(e corev1.EnvVar) bool { return e.Name == variable.name })
		b.container.Env = append(b.container.Env, corev1.EnvVar{Name: variable.name, ValueFrom: &corev1.EnvVarSource{
			FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: variable.field},
		}})
	}
	if b.newIDs() {
		b.env(envAppID, attemptID)
	}
}
