package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// sparkScratchVolume is the name of Spark's own default: a volume of that name takes its place under its mount.
const sparkScratchVolume = localDirVolume + "1"

func (f *trapFinder) scratchMounts() {
	for _, volume := range f.scratch() {
		name := volume.Get("name").Text()
		if name != sparkScratchVolume && !f.mounts(name) {
			f.report(volume, "Spark uses scratch space where it is mounted: mount %s in container %s, or call it %s", name, sparkAlias, sparkScratchVolume)
		}
	}
}

func (f *trapFinder) scratch() []*tree.Node {
	var found []*tree.Node
	for _, volume := range f.entry.root.At("spec", "volumes").Elements() {
		if strings.HasPrefix(volume.Get("name").Text(), localDirVolume) {
			found = append(found, volume)
		}
	}
	return found
}

// mounts tells whether any entry of the template mounts a volume.
func (f *trapFinder) mounts(volume string) bool {
	for _, e := range f.template.entries {
		for _, container := range e.root.At("spec", containers).Elements() {
			for _, mount := range container.Get("volumeMounts").Elements() {
				if mount.Get("name").Text() == volume {
					return true
				}
			}
		}
	}
	return false
}

func (f *trapFinder) scratchMemory() {
	for _, volume := range f.scratch() {
		if medium := volume.At("emptyDir", "medium"); medium.Text() == "Memory" {
			f.report(medium, "what Spark spills here counts against its memory limit: raise spark.executor.memoryOverhead by as much")
		}
	}
}
