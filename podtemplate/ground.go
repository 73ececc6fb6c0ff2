package podtemplate

import (
	"swage.dev/swage/podtemplate/tree"
)

// ground decides which of the pod's volumes templates may replace. Whether one
// is replaceable depends on mounts that templates put in the place of the
// pod's, and so on the volumes of those mounts.
type ground struct {
	m *merge
	// replaces tells of each volume asked about whether it may be replaced; false while that is being found out.
	replaces map[*part]bool
}

// replaceable tells whether all mounts of a volume in the pod are a template's, or give way to one.
func (g ground) replaceable(p *part) bool {
	if replaces, asked := g.replaces[p]; asked {
		return replaces
	}
	g.replaces[p] = false
	for _, t := range g.m.plan.targets {
		if t.index == absent {
			continue
		}
		container := g.m.original(g.m.root.At("spec", t.list), t.index)
		for _, list := range mountLists {
			for _, mount := range container.Get(list).Elements() {
				if mount.Get("name").Text() == p.key && !g.mountStated(t, list, mount) {
					return false
				}
			}
		}
	}
	g.replaces[p] = true
	return true
}

// mountStated tells whether a template's mount takes this one's place, so that
// it is no foreign mount: it mounts the same volume there, or it wins the path
// for another one.
func (g ground) mountStated(t *target, list string, mount *tree.Node) bool {
	for _, stated := range kidsOf(t.body.kid(list)) {
		if key, _ := elementKey(stated.field, mount); key != stated.key {
			continue
		}
		name := stated.value.Get("name").Text()
		if name == mount.Get("name").Text() {
			return true
		}
		protected := t.spark && g.m.sparkVolume(mount.Get("name").Text())
		return stated.from.policy() == Replace && !protected && g.m.dropped[statement{stated, t}] == "" && g.mountable(stated.from.template, name)
	}
	return false
}

// mountable tells whether a template's mounts of a volume are added: its own volume has to win for it.
func (g ground) mountable(t *Template, name string) bool {
	return !g.m.plan.volumes[t][name] || g.wins(g.m.plan.root.at("spec", "volumes").kid(name))
}

// wins tells whether a template's volume is or will be in the pod.
func (g ground) wins(p *part) bool {
	var have *tree.Node
	for _, volume := range g.m.root.At("spec", "volumes").Elements() {
		if volume.Get("name").Text() == p.key {
			have = volume
		}
	}
	switch {
	case have != nil && p.field.Type.Elem.Equal(have, p.value):
		return true
	case g.m.leftOut(p):
		return false
	case have == nil || g.m.before.scratch[p.key] == defaultScratch:
		return true
	default:
		return p.from.policy() == Replace && !g.m.sparkVolume(p.key) && g.replaceable(p)
	}
}
