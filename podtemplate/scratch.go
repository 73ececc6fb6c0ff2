package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// scratchParts returns the spark-local-dir-* volumes that templates bring.
func (m *merge) scratchParts() map[string]*part {
	var brought map[string]*part
	for _, volume := range kidsOf(m.plan.root.at("spec", "volumes")) {
		if strings.HasPrefix(volume.key, localDirVolume) {
			if brought == nil {
				brought = map[string]*part{}
			}
			brought[volume.key] = volume
		}
	}
	return brought
}

// scratchMounts makes room for the scratch space that templates bring, before
// anything is merged. Spark's default gives way: a volume of the same name
// takes the default's place, and the template's mounts that of Spark's mount;
// with other names Spark's volume and mount go, once something else is mounted.
func (m *merge) scratchMounts() {
	brought := m.scratchParts()
	if brought == nil {
		return
	}
	for _, container := range m.sparkContainers() {
		mounts := m.scratchMountParts(container, brought)
		for _, volume := range m.root.At("spec", "volumes").Elements() {
			name := volume.Get("name").Text()
			mount := defaultMount([]*tree.Node{container}, name)
			if m.before.scratch[name] != defaultScratch || mount == nil {
				continue
			}
			switch {
			case brought[name] != nil && len(mounts[name]) > 0:
				m.takeMount(mount, mounts[name][0])
			case brought[name] == nil && len(mounts) > 0 && !m.mountedElsewhere(name, container):
				m.dropScratch(volume, mount, anyMount(mounts))
			}
		}
	}
}

// scratchMountParts returns the plan's mounts of scratch volumes in a Spark container.
func (m *merge) scratchMountParts(container *tree.Node, brought map[string]*part) map[string][]*part {
	mounts := map[string][]*part{}
	for _, t := range m.plan.targets {
		if !t.spark || m.root.At("spec", containers).Elements()[t.index] != container {
			continue
		}
		for _, mount := range kidsOf(t.body.kid("volumeMounts")) {
			if name := mount.value.Get("name").Text(); brought[name] != nil {
				mounts[name] = append(mounts[name], mount)
			}
		}
	}
	return mounts
}

func anyMount(mounts map[string][]*part) *part {
	var first *part
	for _, parts := range mounts {
		if first == nil || parts[0].key < first.key {
			first = parts[0]
		}
	}
	return first
}

// takeMount puts a template's mount in the place of Spark's.
func (m *merge) takeMount(mount *tree.Node, p *part) {
	value, old := p.value.Clone(), mount.JSON()
	m.patch.replace(mount, value)
	m.owners[value] = p
	m.record(record{node: value, op: OpReplace, old: old, new: value.JSON(), template: p.from.label(), rule: ruleScratch, note: wasScratch})
}

func (m *merge) dropScratch(volume, mount *tree.Node, by *part) {
	for _, n := range []*tree.Node{mount, volume} {
		m.record(record{pointer: n.PointerAsRead(), op: OpRemove, old: n.JSON(), template: by.from.label(), rule: ruleScratch, note: wasScratch})
		m.patch.remove(n)
	}
}

func (m *merge) mountedElsewhere(volume string, but *tree.Node) bool {
	for _, list := range []string{containers, inits} {
		for _, container := range m.root.At("spec", list).Elements() {
			if container != but && mounts(container, volume) {
				return true
			}
		}
	}
	return false
}

func mounts(container *tree.Node, volume string) bool {
	for _, mount := range container.Get("volumeMounts").Elements() {
		if mount.Get("name").Text() == volume {
			return true
		}
	}
	return false
}

// scratchDirs computes SPARK_LOCAL_DIRS from the result: where the Spark
// container mounts spark-local-dir-* volumes. Only templates that bring such a
// volume make it change.
func (m *merge) scratchDirs() {
	brought := m.scratchParts()
	if brought == nil {
		return
	}
	for _, container := range m.sparkContainers() {
		var dirs []string
		for _, mount := range container.Get("volumeMounts").Elements() {
			if strings.HasPrefix(mount.Get("name").Text(), localDirVolume) {
				dirs = append(dirs, mount.Get("mountPath").Text())
			}
		}
		m.setLocalDirs(container, strings.Join(dirs, ","), anyPart(brought))
	}
}

func anyPart(parts map[string]*part) *part {
	var first *part
	for _, p := range parts {
		if first == nil || p.key < first.key {
			first = p
		}
	}
	return first
}

func (m *merge) setLocalDirs(container *tree.Node, dirs string, by *part) {
	for _, env := range container.Get("env").Elements() {
		if env.Get("name").Text() != localDirsEnv || env.Get("value").Text() == dirs || dirs == "" {
			continue
		}
		value, old := tree.NewString(dirs), env.Get("value")
		if old == nil {
			continue // valueFrom: somebody knows better
		}
		m.patch.replace(old, value)
		m.record(record{node: value, op: OpReplace, old: old.JSON(), new: value.JSON(), template: by.from.label(), rule: ruleScratch, note: "follows the scratch volumes"})
	}
}
