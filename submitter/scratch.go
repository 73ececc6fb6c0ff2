package submitter

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// scratchSpace gives Spark its local directories, unless earlier steps mounted some.
func (b *build) scratchSpace() error {
	dirs := b.mountedScratch()
	if len(dirs) == 0 {
		source := &corev1.EmptyDirVolumeSource{}
		tmpfs, err := b.conf.Bool(keyTmpfs, false)
		if err != nil {
			return err
		}
		if tmpfs {
			source.Medium = corev1.StorageMediumMemory
		}
		dirs = b.scratchDirs()
		for i, dir := range dirs {
			volume := corev1.Volume{Name: scratchVolume + strconv.Itoa(i+1), VolumeSource: corev1.VolumeSource{EmptyDir: source.DeepCopy()}}
			b.mount(volume, corev1.VolumeMount{MountPath: dir})
		}
	}
	b.env(envLocalDirs, strings.Join(dirs, ","))
	return nil
}

// mountedScratch is where volumes are that by their names are scratch space.
func (b *build) mountedScratch() []string {
	var dirs []string
	for _, mount := range b.container.VolumeMounts {
		if strings.HasPrefix(mount.Name, scratchVolume) {
			dirs = append(dirs, mount.MountPath)
		}
	}
	return dirs
}

func (b *build) scratchDirs() []string {
	dirs, found := b.surroundings(envLocalDirs)
	if !found {
		dirs = firstOf(b.conf.Get(keyLocalDir), scratchDir+dashed(b.scratch))
	}
	return strings.Split(dirs, ",")
}
