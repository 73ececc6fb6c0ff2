package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// target merges one container of the plan.
func (m *merge) target(t *target, spec *place) {
	list := spec.child(t.list)
	m.container = t
	defer func() { m.container, m.derivedHere = nil, derivedValues{} }()
	if t.index == absent {
		m.newContainer(t, list)
		return
	}
	node := m.original(list.node, t.index)
	if len(t.body.kids) == 0 || node == nil {
		return
	}
	at := list.element(node.Get("name").Text(), node)
	m.derivedHere = m.derivedIn(node)
	m.members(t.body, at)
	m.deriveIn(at, t)
}

// original returns the element that was at that index when the pod was read:
// containers are only ever appended, so it still is.
func (m *merge) original(list *tree.Node, index int) *tree.Node {
	if index < list.Len() {
		return list.Kids()[index]
	}
	return nil
}

// containerName returns the name of the container that is being merged.
func (m *merge) containerName() string {
	if m.container.index == absent {
		return m.container.name
	}
	return m.root.At("spec", m.container.list).Kids()[m.container.index].Get("name").Text()
}

// newContainer adds a container that the pod does not have. What the template
// that brings its image says is one change; what others add to it is merged
// member by member, so that each leaf names its own template.
func (m *merge) newContainer(t *target, list *place) {
	at := list.element(t.name, nil)
	if t.owner == nil {
		for _, from := range t.body.sources() {
			piece := &part{key: t.name, field: containerField(t.list), element: true, value: t.body.node(says), from: from}
			m.unmet(piece, at, ruleSkipped, "", "the pod has no such container, and the template states no image for it")
		}
		return
	}
	own := &part{key: t.name, field: containerField(t.list), element: true, from: t.owner}
	if image := t.body.kid("image"); m.leftOut(image) {
		own.value = t.body.node(says)
		m.noteLeftOut(own, at, m.dropped[m.here(image)])
		return
	}
	value := tree.NewObject()
	value.Set("name", tree.NewString(t.name))
	if body := t.body.node(func(p *part) bool { return m.ownLeaf(t, p) }); body != nil {
		for _, member := range body.Kids() {
			value.Set(member.Name(), member.Clone())
		}
	}
	own.value = value
	m.patch.append(m.list(list), value)
	m.grow(list)
	m.own(value, t.body.kid("image"))
	m.record(record{node: value, op: OpAdd, new: value.JSON(), template: t.owner.label, rule: own.field.Path()})
	m.members(t.body, list.element(t.name, value))
}

func says(p *part) bool { return !p.ifPresent }

// ownLeaf tells whether a leaf goes into a new container as a whole.
func (m *merge) ownLeaf(t *target, p *part) bool {
	return p.from.template == t.owner.template && !p.ifPresent && !m.leftOut(p) && !m.volumeLost(p) && !t.hangs(p)
}

// hangs tells whether a leaf belongs to a probe for which nobody states an action.
func (t *target) hangs(leaf *part) bool {
	return slices.ContainsFunc(t.body.kids, func(p *part) bool { return p.hangingProbe() && slices.Contains(p.kids, leaf) })
}

// hangingProbe tells whether a part states a probe's numbers and no action: by itself it is no probe.
func (p *part) hangingProbe() bool {
	return p.field.Type.Name == "Probe" && p.kid("probe action") == nil
}

// sources returns where the leaves come from, each once, weakest first.
func (p *part) sources() []*source {
	var found []*source
	seen := map[*Template]bool{}
	p.leaves(func(leaf *part) {
		if !leaf.ifPresent && !seen[leaf.from.template] {
			seen[leaf.from.template] = true
			found = append(found, leaf.from)
		}
	})
	return found
}

func containerField(list string) *schema.Field {
	return schema.TypeNamed("PodSpec").Field(list)
}

// clash records a container that the pod has in its other list.
func (m *merge) clash(c clash, spec *place) {
	list := spec.child(c.list)
	node := m.original(list.node, c.index)
	at := list.element(c.part.key, node)
	piece := &part{key: c.part.key, field: containerField(c.list), element: true, value: c.part.node(everyPart), from: c.from}
	if c.resolution == Replaced {
		m.record(record{node: node, op: OpReplace, old: node.JSON(), template: c.from.label, rule: ruleSidecar, resolution: Replaced, note: "made a native sidecar in its place"})
		return
	}
	m.unmet(piece, at, ruleSidecar, c.resolution, "the pod has a container of that name in its other list")
	if c.resolution == Kept {
		m.warnKept(piece, at)
	}
}
