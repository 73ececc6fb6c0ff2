package submitter

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/staging"
)

// receiveFiles is the command of the helper's program.
const receiveFiles = "receive"

// ownReceiver tells whether Spark's own image receives, and not the helper's.
func (b *build) ownReceiver() bool { return b.helper == HelperBash || b.helper == HelperNone }

// receiver is the container that takes the files from its standard input: the helper's image, or else tar and sha256sum of the
// driver's own image, which Spark's images have. It reads the end of its input also when whoever submits is gone. Its folder may be
// there already, unless it shall not be before all files are in it (whole).
func (b *build) receiver(folder string, bytes int64, whole ...string) corev1.Container {
	files, size, timeout := strconv.Itoa(len(b.local.files)), strconv.FormatInt(bytes, 10), b.options.StageTimeout
	container := corev1.Container{
		Name: StageContainer, Image: b.helper, Stdin: true, StdinOnce: true,
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
	}
	if b.ownReceiver() {
		container.Image = b.container.Image
		container.Command = append([]string{"bash", "-c", bashReceiver, receiveFiles, folder, files, size, seconds(timeout), seconds(staging.BeginTime)}, whole...)
		return container
	}
	container.Command = []string{helperProgram, receiveFiles, "--timeout", timeout.String(), "--files", files, "--bytes", size}
	for _, option := range whole {
		container.Command = append(container.Command, "--"+option)
	}
	container.Command = append(container.Command, folder)
	return container
}

// receiveWhole has a folder that others see, and that outlives the pod, be there with all files in it or not at all.
const receiveWhole = "whole"

// bashReceiver does what the helper's program does, as well as tar can. Its parameters are the folder, the number of files, their
// size in all, two times in seconds (for all of it, and for its first byte), and "whole". tar is in the background, for bash heeds no
// signal before the foreground has ended; what feeds it is no part of its job, for that would be waited for, too. The first byte is
// that of a file's name. While the folder gets its name no signal is heeded: the exit code would say that nothing is there.
const bashReceiver = `folder=$1 files=$2 bytes=$3 limit=$4 begin=$5 part=$1
[ "$6" = whole ] && part=${folder%/*}/.${folder##*/}.part
umask 022
failed() {
  echo "not all files arrived: $1" >&2
  cd /
  if [ "$part" = "$folder" ]; then rm -rf "$folder"/*; else rm -rf "$part"; fi 2>/dev/null
  exit 1
}
unwritable() { echo "the volume for the files cannot be written by user $(id -u): give the pod an fsGroup that may" >&2; exit 1; }
[ "$part" = "$folder" ] || [ ! -e "$folder" ] || { echo "$folder is there already" >&2; exit 1; }
echo "waiting for $files files, $bytes bytes"
trap 'failed "the pod was stopped"' TERM
IFS= read -r -N 1 -t "$begin" first || failed "nothing was sent, or nobody began to within ${begin}s"
mkdir -p "$part" && cd "$part" || unwritable
exec 3<&0
timeout "$limit" tar -x -f - --no-same-owner < <(printf %s "$first"; exec cat <&3) &
tar=$!
trap 'kill $tar; wait $tar; failed "the pod was stopped"' TERM
wait $tar || failed "the stream ended early, took longer than ${limit}s, or the volume is full"
[ -f manifest ] && sha256sum --check --strict --quiet manifest || failed "the contents do not match the manifest"
[ "$(find . -type f ! -path ./manifest | wc -l)" = "$files" ] && [ "$(wc -l <manifest)" = "$files" ] || failed "expected $files files"
rm manifest
if [ "$part" != "$folder" ]; then
  sync -f . 2>/dev/null
  trap '' TERM
  cd / && mv -T "$part" "$folder" || failed "$folder cannot be made"
fi
echo "all files arrived"
`
