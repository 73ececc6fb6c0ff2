package submitter

import (
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// StagingClaim is a claim that files are put on, once for all drivers, before there is one.
type StagingClaim struct {
	// Name is that of a PersistentVolumeClaim in the application's namespace, which exists.
	Name string
	// Folder is where the files go on it: a new one for each plan. Nobody removes it.
	Folder string
	// Job makes the pod that receives them, in a place where the driver can be, too. It is in nobody's way: it fails with its pod,
	// ends when its time is over, and Kubernetes removes it stageJobStays after its end, should swage not be there to do it.
	Job *batchv1.Job

	sparksImage bool // receives, and not the helper's
}

// stageToOption is the option that Options.StageTo comes from.
const stageToOption = "--stage-to"

// claimKind begins its value, as kubectl writes the kind.
const claimKind = "pvc/"

// CheckStageTo is an error where a value is none that Options.StageTo can have.
func CheckStageTo(value string) error {
	if name, is := strings.CutPrefix(value, claimKind); !is || len(validation.IsDNS1123Subdomain(name)) > 0 {
		return refuse("%s is %q: expected pvc/NAME, a PersistentVolumeClaim of the application's namespace", stageToOption, value)
	}
	return nil
}

// stageTo is the name of the claim that files of the client shall go by, "" for none.
func (b *build) stageTo() (string, error) {
	to := b.options.StageTo
	if to == "" {
		return "", nil
	}
	if err := CheckStageTo(to); err != nil {
		return "", err
	}
	switch {
	case len(b.local.files) == 0:
		b.note("no file of this machine is among what the application names: nothing goes to " + to)
	case b.conf.Get(keyUploadPath) != "":
		return "", refuse("%s %s and %s are two places for the files: leave one of them out (--conf %s= where spark-defaults.conf sets it)", stageToOption, to, keyUploadPath, keyUploadPath)
	case b.hasStagedVolume():
		return "", refuse("%s %s, and the driver's pod template has a volume %s for the files: leave one of them out", stageToOption, to, stagedVolume)
	}
	return strings.TrimPrefix(to, claimKind), nil
}

// stageByClaim has the files put on a claim, and the driver see their folder. The claim is not marked as one to be read only, which
// some kinds of volumes take for another way to attach them.
func (b *build) stageByClaim(name string, bytes int64) error {
	uuid, err := b.ids.uuid()
	if err != nil {
		return err
	}
	claim := &StagingClaim{Name: name, Folder: "spark-upload-" + dashed(uuid), sparksImage: b.ownReceiver()}
	claim.Job = b.stageJob(claim, bytes)
	b.pod.Spec.Volumes = append(b.pod.Spec.Volumes, claimVolume(stagedVolume, name))
	b.container.VolumeMounts = append(b.container.VolumeMounts, corev1.VolumeMount{
		Name: stagedVolume, MountPath: stagedDir, SubPath: claim.Folder, ReadOnly: true,
	})
	b.staging = &Staging{Files: b.local.files, Bytes: bytes, Timeout: b.options.StageTimeout, Claim: claim}
	return nil
}

func claimVolume(name, claim string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	}}
}

// placeStaging has the claim's pod be where the finished driver can be.
func (b *build) placeStaging() {
	if b.staging != nil && b.staging.Claim != nil {
		b.staging.Claim.Job = b.staging.Claim.JobLike(&b.pod.Spec)
	}
}

// JobLike is the Job whose pod goes to a node where a driver's pod can go, too, which a volume may be bound to from then on; with
// the driver's account, by which images are pulled, and with its rights to files. Templates may give a driver all of these: what the
// API server would store of it is the best model.
func (c *StagingClaim) JobLike(driver *corev1.PodSpec) *batchv1.Job {
	job := c.Job.DeepCopy()
	spec := &job.Spec.Template.Spec
	driver = driver.DeepCopy()
	spec.NodeSelector = maps.Clone(driver.NodeSelector)
	spec.Tolerations = slices.Clone(driver.Tolerations)
	spec.ImagePullSecrets = driver.ImagePullSecrets
	spec.ServiceAccountName = driver.ServiceAccountName
	spec.SecurityContext = driver.SecurityContext
	spec.Affinity = nil
	if driver.Affinity != nil && driver.Affinity.NodeAffinity != nil {
		spec.Affinity = &corev1.Affinity{NodeAffinity: driver.Affinity.NodeAffinity}
	}
	spec.Containers[0].SecurityContext = confined(spec, c.sparksImage)
	return job
}
