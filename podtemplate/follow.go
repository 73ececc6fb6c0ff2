package podtemplate

import (
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
		m.dropUnusedTokens(spec, m.tokenMount)
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
// files nobody can tell, and a leftover would make the API server refuse the pod.
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
		for _, secret := range spec.node.Get("imagePullSecrets").Elements() {
			if !secret.Fresh() {
				m.drop(secret, by, ruleFollows, "the old service account's")
			}
		}
	}
	m.dropTokens(spec, by)
}

// cloneList returns the elements of a list as they are now, for loops that remove some.
func cloneList(list *tree.Node) []*tree.Node { return append([]*tree.Node(nil), list.Elements()...) }

// runtimeScheduling takes away what the old runtime class put into nodeSelector and tolerations.
func (m *merge) runtimeScheduling(spec *place, by *part) {
	if m.before.sources["runtimeClassName"] == "" || !m.managed.known() {
		return
	}
	for _, name := range []string{"nodeSelector", "tolerations"} {
		if m.managed.has("spec", name) {
			continue
		}
		for _, kid := range append([]*tree.Node(nil), spec.node.Get(name).Kids()...) {
			if !kid.Fresh() && m.owner(kid) == nil && !m.pluginToleration(kid) {
				m.drop(kid, by, ruleFollows, "the old runtime class's")
			}
		}
	}
}

// The tolerations that the DefaultTolerationSeconds plugin adds to every pod
// that does not tolerate these taints by itself.
var pluginTaints = map[string]bool{"node.kubernetes.io/not-ready": true, "node.kubernetes.io/unreachable": true}

const pluginSeconds = 300

// pluginToleration tells whether a toleration is exactly the plugin's, and nobody stated any toleration.
func (m *merge) pluginToleration(n *tree.Node) bool {
	seconds, ok := n.Get("tolerationSeconds").Int()
	return ok && seconds == pluginSeconds && n.Len() == 4 && pluginTaints[n.Get("key").Text()] &&
		n.Get("operator").Text() == "Exists" && n.Get("effect").Text() == "NoExecute" && !m.managed.has("spec", "tolerations")
}

// pluginTolerations removes the plugin's entries where the merged pod has a
// toleration that would have kept the plugin from adding them. One that a
// template states is no longer the plugin's.
func (m *merge) pluginTolerations(spec *place) {
	stated := m.plan.root.at("spec", "tolerations")
	if stated == nil {
		return
	}
	list := spec.node.Get("tolerations")
	for _, entry := range cloneList(list) {
		key, _ := elementKey(stated.field, entry)
		if entry.Fresh() || !m.pluginToleration(entry) || stated.kid(key) != nil {
			continue
		}
		if by := m.tolerates(list, entry, stated); by != nil {
			m.drop(entry, by, ruleFollows, "the plugin adds it only where nothing else tolerates the taint")
		}
	}
}

// tolerates returns the part to name when another toleration covers the entry's taint, as the plugin judges it.
func (m *merge) tolerates(list, entry *tree.Node, stated *part) *part {
	for _, other := range list.Elements() {
		key, effect := other.Get("key").Text(), other.Get("effect").Text()
		if other == entry || key != "" && key != entry.Get("key").Text() || effect != "" && effect != "NoExecute" {
			continue
		}
		if by := m.owner(other); by != nil {
			return by
		}
		return stated.kids[0]
	}
	return nil
}
