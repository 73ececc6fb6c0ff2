package submitter

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/staging"
)

// StageContainer is the container that receives the files of whoever submits.
const StageContainer = "swage-stage"

// Where staged files are in a pod.
const (
	stagedVolume = "swage-staged"
	stagedDir    = "/opt/swage/staged"
)

// mostInConfigMap is how many bytes of files go by a ConfigMap. The API server takes 1 MiB of values and etcd 1.5 MiB of an
// object; this leaves room for names, and for whatever else is written about it. (In a request they have a third more, as base64.)
const mostInConfigMap = 900_000

// stageTimeout is for files that are streamed, unless Options.StageTimeout says otherwise.
const stageTimeout = 10 * time.Minute

// Staging is what must be sent before Spark may run: the container StageContainer of the driver's pod, or of the pod that comes
// before it, waits for exactly these files.
type Staging struct {
	Files []staging.File
	Bytes int64
	// Timeout is Options.StageTimeout.
	Timeout time.Duration
	// Claim is where the files go before the driver is created. Nil: they go to the driver.
	Claim *StagingClaim
}

// stage decides how the files of the client get to the driver, which serves them to the executors, and prepares the pod.
func (b *build) stage() error {
	claim, err := b.stageTo()
	if err != nil || len(b.local.files) == 0 {
		return err
	}
	if to := b.conf.Get(keyUploadPath); to != "" {
		return b.upload(to)
	}
	if err := b.rewrite(func(place string) string { return fileURI(stagedDir + "/" + place) }); err != nil {
		return err
	}
	bytes := staging.Bytes(b.local.files)
	switch {
	case bytes <= mostInConfigMap && !b.hasStagedVolume():
		if claim != "" {
			b.note(fmt.Sprintf("%d bytes of files go by a ConfigMap, which the application owns: %s is for more than %d", bytes, stageToOption, mostInConfigMap))
		}
		return b.stageByConfigMap()
	case claim != "":
		return b.stageByClaim(claim, bytes)
	case b.inJob:
		return b.nobodyToStream(bytes)
	}
	b.stageByStream(bytes)
	return nil
}

// nobodyToStream refuses to stream to drivers that a Job makes.
func (b *build) nobodyToStream(bytes int64) error {
	who := "files are streamed to one driver, and here a Job or CronJob makes drivers when nobody may be there to send them"
	if b.shell != nil {
		who = "files are more than a shell takes from this machine by itself"
	}
	return refuse("%d bytes of %s: give %s pvc/NAME, a claim that they are put on, or %s, a bucket or a mounted folder, or put them into the image (up to %d bytes go by a ConfigMap)",
		bytes, who, stageToOption, keyUploadPath, mostInConfigMap)
}

// stageByStream adds the init container that receives. A volume of its name in the pod template is used: for more room, or on
// another medium.
func (b *build) stageByStream(bytes int64) {
	if !b.hasStagedVolume() {
		b.pod.Spec.Volumes = append(b.pod.Spec.Volumes, corev1.Volume{Name: stagedVolume, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
	}
	b.mountStaged()
	receiver := b.receiver(stagedDir, bytes)
	receiver.ImagePullPolicy, receiver.Resources = b.container.ImagePullPolicy, waiterResources(b.container.Resources)
	receiver.SecurityContext = confined(&b.pod.Spec, b.ownReceiver())
	receiver.VolumeMounts = []corev1.VolumeMount{{Name: stagedVolume, MountPath: stagedDir}}
	b.pod.Spec.InitContainers = append([]corev1.Container{receiver}, b.pod.Spec.InitContainers...)
	b.staging = &Staging{Files: b.local.files, Bytes: bytes, Timeout: b.options.StageTimeout}
}

// mountStaged shows the files to the Spark container, which need not change them.
func (b *build) mountStaged() {
	b.container.VolumeMounts = append(b.container.VolumeMounts, corev1.VolumeMount{Name: stagedVolume, MountPath: stagedDir, ReadOnly: true})
}

func (b *build) hasStagedVolume() bool {
	for i := range b.pod.Spec.Volumes {
		if b.pod.Spec.Volumes[i].Name == stagedVolume {
			return true
		}
	}
	return false
}
