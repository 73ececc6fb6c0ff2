package submitter

import (
	"strconv"
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
	receiveFiles = "receive"
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
}

// stage decides how the files of the client get to the driver, which serves them to the executors, and prepares the pod.
func (b *build) stage() error {
	if len(b.local.files) == 0 {
		return nil
	}
	if to := b.conf.Get(keyUploadPath); to != "" {
		return b.upload(to)
	}
	if err := b.rewrite(func(place string) string { return fileURI(stagedDir + "/" + place) }); err != nil {
		return err
	}
	bytes := staging.Bytes(b.local.files)
	if bytes <= mostInConfigMap && !b.hasStagedVolume() {
		return b.stageByConfigMap()
	}
	if b.inJob {
		return refuse("%d bytes of files are streamed to one driver, and here a Job or CronJob makes drivers when nobody may be there to send them: "+
			"give %s, a bucket or a mounted folder, or put them into the image (up to %d bytes go by a ConfigMap)", bytes, keyUploadPath, mostInConfigMap)
	}
	b.stageByStream(bytes)
	return nil
}

// stageByStream adds the init container that receives. A volume of its name in the pod template is used: for more room, or on
// another medium.
func (b *build) stageByStream(bytes int64) {
	if !b.hasStagedVolume() {
		b.pod.Spec.Volumes = append(b.pod.Spec.Volumes, corev1.Volume{Name: stagedVolume, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
	}
	b.mountStaged()
	receiver := b.receiver(stagedDir, bytes)
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

// receiver is the container that takes the files from its standard input: the helper's image, or else tar and sha256sum of the
// driver's own image, which Spark's images have. It reads the end of its input also when whoever submits is gone.
func (b *build) receiver(folder string, bytes int64) corev1.Container {
	files, size, timeout := strconv.Itoa(len(b.local.files)), strconv.FormatInt(bytes, 10), b.options.StageTimeout
	own := b.helper == HelperBash || b.helper == HelperNone
	container := corev1.Container{
		Name: StageContainer, Image: b.helper, ImagePullPolicy: b.container.ImagePullPolicy, Stdin: true, StdinOnce: true,
		Command:                  []string{helperProgram, receiveFiles, "--timeout", timeout.String(), "--files", files, "--bytes", size, folder},
		Resources:                waiterResources(b.container.Resources),
		SecurityContext:          confined(&b.pod.Spec, own),
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
	}
	if own {
		container.Image = b.container.Image
		container.Command = []string{"bash", "-c", bashReceiver, receiveFiles, folder, files, size, seconds(timeout)}
	}
	return container
}

// bashReceiver does what the helper's program does, as well as tar can. Its parameters are the folder, the number of files, their
// size in all and a time in seconds.
const bashReceiver = `folder=$1 files=$2 bytes=$3 limit=$4
umask 022
failed() { echo "not all files arrived: $1" >&2; cd / && rm -rf "$folder"/* 2>/dev/null; exit 1; }
mkdir -p "$folder" && cd "$folder" || { echo "the volume for the files cannot be written by user $(id -u): give the pod an fsGroup that may" >&2; exit 1; }
echo "waiting for $files files, $bytes bytes"
timeout "$limit" tar -x -f - --no-same-owner || failed "the stream ended early, took longer than ${limit}s, or the volume is full"
[ -f manifest ] && sha256sum --check --strict --quiet manifest || failed "the contents do not match the manifest"
[ "$(find . -type f ! -path ./manifest | wc -l)" = "$files" ] && [ "$(wc -l <manifest)" = "$files" ] || failed "expected $files files"
rm manifest && echo "all files arrived"
`
