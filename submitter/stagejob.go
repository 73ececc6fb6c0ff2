package submitter

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// StagingLabel is on the Job that receives files for a claim, and on its pod. Its value is what the names of the application's objects
// begin with. Spark's own labels are not there: to nobody it is a pod of Spark's.
const StagingLabel = podtemplate.Domain + "staging"

const (
	// claimDir is where the pod that receives has the claim.
	claimDir = "/opt/swage/claim"
	// stageJobStays is for whoever wants to see why it failed when swage died. Otherwise swage removes it.
	stageJobStays = 30 * time.Second
	// stageJobMore is how much longer the Job may last than swage waits for it: it is the one that says why.
	stageJobMore = 30 * time.Second
	// removalTime is how long the removal of a folder may take, its pod's start included.
	removalTime = 10 * time.Minute
)

// removeFolder is the command of the helper's program.
const removeFolder = "remove"

// What receiving takes: a hash, and pages that wait for the disk.
var (
	receiverRequests = map[corev1.ResourceName]string{corev1.ResourceCPU: "100m", corev1.ResourceMemory: "128Mi"}
	receiverLimits   = map[corev1.ResourceName]string{corev1.ResourceCPU: "1", corev1.ResourceMemory: "256Mi"}
)

// stageJob is the Job whose pod receives files for a claim.
func (b *build) stageJob(claim *StagingClaim, bytes int64) *batchv1.Job {
	receiver := b.receiver(claimDir+"/"+claim.Folder, bytes, receiveWhole)
	receiver.ImagePullPolicy = b.container.ImagePullPolicy
	receiver.Resources = corev1.ResourceRequirements{Requests: amounts(receiverRequests), Limits: amounts(receiverLimits)}
	receiver.VolumeMounts = []corev1.VolumeMount{{Name: stagedVolume, MountPath: claimDir}}
	meta := b.named("stage-" + shortenedTo(b.prefix, dnsLabel-len("unstage-")))
	meta.Labels = map[string]string{StagingLabel: shortened(b.prefix)}
	return &batchv1.Job{TypeMeta: batch("Job"), ObjectMeta: meta, Spec: batchv1.JobSpec{
		BackoffLimit:            new(int32), // nobody sends twice
		ActiveDeadlineSeconds:   wholeSeconds((b.options.StageTimeout + stageJobMore).Round(time.Second)),
		TTLSecondsAfterFinished: new(int32(stageJobStays / time.Second)),
		Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: meta.Labels, Annotations: map[string]string{podtemplate.ShapeAnnotation: "false"}},
			Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: new(false), EnableServiceLinks: new(false),
				Containers: []corev1.Container{receiver}, Volumes: []corev1.Volume{claimVolume(stagedVolume, claim.Name)},
			},
		},
	}}
}

func amounts(texts map[corev1.ResourceName]string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for name, text := range texts {
		list[name] = resource.MustParse(text)
	}
	return list
}

// Removal is a Job that removes the folder again, and that Kubernetes removes when it has ended.
func (c *StagingClaim) Removal() *batchv1.Job {
	job := c.Job.DeepCopy()
	job.Name = "un" + job.Name
	job.Spec.ActiveDeadlineSeconds = wholeSeconds(removalTime)
	container := &job.Spec.Template.Spec.Containers[0]
	container.Stdin, container.StdinOnce = false, false
	container.Command = []string{helperProgram, removeFolder, claimDir + "/" + c.Folder}
	if c.sparksImage {
		container.Command = []string{"rm", "-rf", claimDir + "/" + c.Folder}
	}
	return job
}
