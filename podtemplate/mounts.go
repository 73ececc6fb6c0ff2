package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/tree"
)

// mountLists are the lists of a container whose elements name a volume of the pod.
var mountLists = []string{"volumeMounts", "volumeDevices"}

// noteLostVolume remembers a volume that its template did not get.
func (m *merge) noteLostVolume(p *part) {
	if p.field.Name == "volumes" {
		if m.lost == nil {
			m.lost = map[string]*part{}
		}
		m.lost[p.key] = p
	}
}

// volumeLost tells whether a part mounts a volume that its own template brings
// and that lost against the pod's: mounting the pod's volume there instead
// would show the container other files than the template meant.
func (m *merge) volumeLost(p *part) bool {
	if !p.element || !slices.Contains(mountLists, p.field.Name) {
		return false
	}
	name := p.value.Get("name").Text()
	return m.lost[name] != nil && m.plan.volumes[p.from.template][name]
}

// mountedByOthers tells whether the pod mounts a volume at a place that no
// template mounts it at: replacing its source would pull the ground from under
// a mount that nobody here knows.
func (m *merge) mountedByOthers(p *part) bool {
	if p.field.Name != "volumes" {
		return false
	}
	for _, t := range m.plan.targets {
		if t.index == absent {
			continue
		}
		container := m.original(m.root.At("spec", t.list), t.index)
		for _, list := range mountLists {
			for _, mount := range container.Get(list).Elements() {
				if mount.Get("name").Text() == p.key && !m.mountStated(t, list, mount) {
					return true
				}
			}
		}
	}
	return false
}

// mountStated tells whether a template's mount takes this one's place, so that
// it is no foreign mount: it mounts the same volume there, or it wins the path
// for another one. A mount whose own volume could lose is not sure to win.
func (m *merge) mountStated(t *target, list string, mount *tree.Node) bool {
	for _, stated := range kidsOf(t.body.kid(list)) {
		if key, _ := elementKey(stated.field, mount); key != stated.key {
			continue
		}
		name := stated.value.Get("name").Text()
		if name == mount.Get("name").Text() {
			return true
		}
		protected := t.spark && m.sparkVolume(mount.Get("name").Text())
		return stated.from.policy() == Replace && !protected && m.dropped[statement{stated, t}] == "" && !m.plan.volumes[stated.from.template][name]
	}
	return false
}

// loseToMounts settles a volume that would replace one with foreign mounts: kept, or for an enforced one rejected.
func (m *merge) loseToMounts(p *part, at *place) {
	resolution := Kept
	if p.from.enforced() {
		resolution = Rejected
	}
	m.unmet(p, at, p.field.Path(), resolution, "the pod mounts this volume where the template does not")
	if resolution == Kept {
		m.warnKept(p, at)
	}
	m.noteLostVolume(p)
}
