package podtemplate

import (
	"slices"
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
	return p.field.Name == "volumes" && !ground{m, map[*part]bool{}}.replaceable(p)
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
