package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// follow takes away what the API server computed from fields that this call
// changed, so that it computes it again: its plugins run again after a webhook
// changed the pod. What the author stated stays.
func (m *merge) follow() {
	spec := &place{name: "spec", node: m.root.Get("spec"), up: &place{node: m.root}}
	if by := m.changed(spec, "priorityClassName"); by != nil {
		m.clear(spec, by, "priority", "preemptionPolicy")
	}
	if by := m.changed(spec, "serviceAccountName"); by != nil {
		m.accountChanged(spec, by)
	}
	if by := m.changed(spec, "automountServiceAccountToken"); by != nil && spec.child("automountServiceAccountToken").node.Is(tree.False) {
		m.dropTokens(spec, by)
	}
	if m.tokenMount != nil {
		m.dropUnusedTokens(spec, m.tokenMount, "nothing mounts it any longer")
	}
	if by := m.changed(spec, "runtimeClassName"); by != nil {
		m.clear(spec, by, "overhead")
		m.runtimeScheduling(spec, by)
	}
	m.pluginTolerations(spec)
	m.derive(spec)
}

// changed returns the part that changed a field of spec in this call, nil if none did.
func (m *merge) changed(spec *place, name string) *part {
	node := spec.node.Get(name)
	if node.JSON() == m.before.sources[name] {
		return nil
	}
	return m.owner(node)
}

// clear removes computed fields of spec, unless the author stated them. In
// files nobody can tell, and a leftover would make the API server refuse the
// pod: that is why swage.dev/keep is not asked either.
func (m *merge) clear(spec *place, by *part, names ...string) {
	for _, name := range names {
		if node := spec.node.Get(name); node != nil && m.plan.root.at("spec", name) == nil && !m.managed.has("spec", name) {
			m.drop(node, by, ruleFollows, "follows "+by.name)
		}
	}
}

func (m *merge) drop(node *tree.Node, by *part, rule, note string) {
	m.record(record{pointer: node.PointerAsRead(), op: OpRemove, old: node.JSON(), template: by.from.label, rule: rule, note: note})
	m.patch.remove(node)
}

func (m *merge) accountChanged(spec *place, by *part) {
	if alias := spec.node.Get("serviceAccount"); alias != nil {
		value := by.value.Clone()
		m.patch.replace(alias, value)
		m.record(record{node: value, op: OpReplace, old: alias.JSON(), new: value.JSON(), template: by.from.label, rule: ruleFollows, note: "alias of serviceAccountName"})
	}
	if m.managed.known() && !m.managed.has("spec", "imagePullSecrets") {
		m.dropUnmeant(spec.child("imagePullSecrets"), by, "the old service account's")
	}
	m.dropTokens(spec, by)
}

// dropUnmeant removes what nobody means from a map or a list of spec.
func (m *merge) dropUnmeant(in *place, by *part, note string) {
	stated := m.plan.root.at("spec", in.name)
	for _, kid := range cloneList(in.node) {
		at := in.child(kid.Name())
		if in.node.Is(tree.Array) {
			key, _ := elementKey(schema.TypeNamed("PodSpec").Field(in.name), kid)
			at = in.element(key, kid)
		}
		if !m.meant(at, stated.kid(at.name), by) && !pluginToleration(kid) {
			m.drop(kid, by, ruleFollows, note)
		}
	}
}

// cloneList returns the elements of a list, or the members of an object, as they are now, for loops that remove some.
func cloneList(list *tree.Node) []*tree.Node { return slices.Clone(list.Kids()) }

// runtimeScheduling takes away what the old runtime class put into nodeSelector and tolerations.
func (m *merge) runtimeScheduling(spec *place, by *part) {
	if m.before.sources["runtimeClassName"] == "" || !m.managed.known() {
		return
	}
	for _, name := range []string{"nodeSelector", "tolerations"} {
		if !m.managed.has("spec", name) {
			m.dropUnmeant(spec.child(name), by, "the old runtime class's")
		}
	}
}
