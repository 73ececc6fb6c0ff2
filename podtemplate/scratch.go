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
// takes the default's place, and the template's mount that of Spark's mount;
// with other names Spark's mount goes, once something else is mounted, and its
// volume with it if nothing else mounts that.
func (m *merge) scratchMounts() {
	brought := m.scratchParts()
	if brought == nil {
		return
	}
	for _, t := range m.plan.targets {
		if t.spark {
			m.container = t
			m.makeRoom(t, brought)
		}
	}
	m.container = nil
}

// makeRoom makes room in one Spark container for the mounts of templates.
func (m *merge) makeRoom(t *target, brought map[string]*part) {
	spec := (&place{node: m.root}).child("spec")
	container, mounts := m.original(spec.child(containers).node, t.index), scratchMountParts(t, brought)
	for _, volume := range cloneList(spec.child("volumes").node) {
		name := volume.Get("name").Text()
		mount := defaultMount([]*tree.Node{container}, name)
		if m.before.scratch[name] != defaultScratch || mount == nil {
			continue
		}
		p := m.replacement(container, mounts)
		if brought[name] != nil {
			p = successor(container, mount, mounts)
		}
		switch {
		case p == nil || m.keptScratch(p, spec, volume, container, mount):
		case brought[name] != nil:
			m.takeMount(mount, p)
		default:
			m.dropScratch(volume, mount, p)
		}
	}
}

// keptScratch tells whether the author keeps Spark's default volume or its mount.
func (m *merge) keptScratch(p *part, spec *place, volume, container, mount *tree.Node) bool {
	in := spec.child(containers).element(container.Get("name").Text(), container).child("volumeMounts")
	return m.kept(p, spec.child("volumes").element(volume.Get("name").Text(), volume)) ||
		m.kept(p, in.element(mount.Get("mountPath").Text(), mount))
}

// scratchMountParts returns a container's mounts of the scratch volumes that templates bring.
func scratchMountParts(t *target, brought map[string]*part) []*part {
	var mounts []*part
	for _, mount := range kidsOf(t.body.kid("volumeMounts")) {
		if brought[mount.value.Get("name").Text()] != nil {
			mounts = append(mounts, mount)
		}
	}
	return mounts
}

// successor returns the template's mount of the same volume that takes the
// place of Spark's: none when Spark's is one that the template states, or when
// all others are there already or their paths are taken.
func successor(container, mount *tree.Node, mounts []*part) *part {
	var first *part
	for _, p := range mounts {
		if p.value.Get("name").Text() != mount.Get("name").Text() {
			continue
		}
		at := mountAt(container, p)
		if at == mount {
			return nil
		}
		if at == nil && first == nil {
			first = p
		}
	}
	return first
}

// replacement returns a template's mount of scratch space that the container
// has or will have: its path is free, or it wins it.
func (m *merge) replacement(container *tree.Node, mounts []*part) *part {
	for _, p := range mounts {
		at := mountAt(container, p)
		name := at.Get("name").Text()
		if at == nil || name == p.value.Get("name").Text() || p.from.policy() == Replace && !m.sparkVolume(name) {
			return p
		}
	}
	return nil
}

// mountAt returns what the container mounts at a part's path.
func mountAt(container *tree.Node, p *part) *tree.Node {
	for _, mount := range container.Get("volumeMounts").Elements() {
		if key, _ := elementKey(p.field, mount); key == p.key {
			return mount
		}
	}
	return nil
}

// takeMount puts a template's mount in the place of Spark's.
func (m *merge) takeMount(mount *tree.Node, p *part) {
	value, old := p.value.Clone(), mount.JSON()
	m.patch.replace(mount, value)
	m.own(value, p)
	m.record(record{node: value, op: OpReplace, old: old, new: value.JSON(), template: p.from.label, rule: ruleScratch, note: wasScratch})
}

// dropScratch removes Spark's mount of its default scratch volume, and the volume if nothing else mounts it.
func (m *merge) dropScratch(volume, mount *tree.Node, by *part) {
	m.drop(mount, by, ruleScratch, wasScratch)
	if name := volume.Get("name").Text(); !m.mounted(name) && !m.mountStated(name) {
		m.drop(volume, by, ruleScratch, wasScratch)
	}
}

// mounted tells whether any container of the pod mounts a volume.
func (m *merge) mounted(volume string) bool {
	for _, list := range []string{containers, inits} {
		for _, container := range m.root.At("spec", list).Elements() {
			if mounts(container, volume) {
				return true
			}
		}
	}
	return false
}

// mountStated tells whether a template mounts a volume anywhere.
func (m *merge) mountStated(volume string) bool {
	for _, t := range m.plan.targets {
		for _, mount := range kidsOf(t.body.kid("volumeMounts")) {
			if mount.value.Get("name").Text() == volume {
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
	if dirs == "" {
		return
	}
	stated := false
	for _, env := range container.Get("env").Elements() {
		if env.Get("name").Text() != localDirsEnv {
			continue
		}
		stated = true
		// Without a value there is a valueFrom: somebody knows better.
		if old := env.Get("value"); old != nil && old.Text() != dirs {
			value := tree.NewString(dirs)
			m.patch.replace(old, value)
			m.record(record{node: value, op: OpReplace, old: old.JSON(), new: value.JSON(), template: by.from.label, rule: ruleScratch, note: followsScratch})
		}
	}
	if !stated {
		m.addLocalDirs(container, dirs, by)
	}
}

func (m *merge) addLocalDirs(container *tree.Node, dirs string, by *part) {
	value := tree.NewObject()
	value.Set("name", tree.NewString(localDirsEnv))
	value.Set("value", tree.NewString(dirs))
	at := (&place{node: m.root}).child("spec").child(containers).element(container.Get("name").Text(), container)
	m.patch.append(m.list(at.child("env")), value)
	m.record(record{node: value, op: OpAdd, new: value.JSON(), template: by.from.label, rule: ruleScratch, note: followsScratch})
}
