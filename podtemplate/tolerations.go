package podtemplate

import (
	"swage.dev/swage/podtemplate/tree"
)

// The tolerations that the DefaultTolerationSeconds plugin adds to every pod
// that does not tolerate these taints by itself.
var pluginTaints = map[string]bool{"node.kubernetes.io/not-ready": true, "node.kubernetes.io/unreachable": true}

const pluginSeconds = 300

// pluginToleration tells whether a toleration is exactly the plugin's. The
// plugin appends to the author's list, which managedFields list as a whole or
// not at all: they tell nothing of one entry.
func pluginToleration(n *tree.Node) bool {
	seconds, ok := n.Get("tolerationSeconds").Int()
	return ok && seconds == pluginSeconds && n.Len() == 4 && pluginTaints[n.Get("key").Text()] &&
		n.Get("operator").Text() == "Exists" && n.Get("effect").Text() == "NoExecute"
}

// pluginTolerations removes the plugin's entries where the merged pod has a
// toleration that would have kept the plugin from adding them. One that a
// template states is no longer the plugin's.
func (m *merge) pluginTolerations(spec *place) {
	stated := m.plan.root.at("spec", "tolerations")
	if stated == nil {
		return
	}
	list := spec.child("tolerations")
	for _, entry := range cloneList(list.node) {
		key, _ := elementKey(stated.field, entry)
		if !pluginToleration(entry) {
			continue
		}
		if by := m.tolerates(list.node, entry, stated); by != nil && !m.meant(list.element(key, entry), stated.kid(key), by) {
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

// covered tells whether a new toleration would not stay in the pod: under a
// runtime class the RuntimeClass plugin may merge all tolerations, and then it
// takes out those that another one covers. Adding it would be undone, and done
// again by the API server's second call.
func (m *merge) covered(p *part, in *place) bool {
	if p.field.Name != "tolerations" || m.root.At("spec", "runtimeClassName") == nil {
		return false
	}
	for _, other := range in.node.Elements() {
		if tolerationCovers(other, p.value) {
			return true
		}
	}
	return false
}

// tolerationCovers tells whether a toleration tolerates all that another one
// does, as the plugin judges it (pkg/util/tolerations, isSuperset).
func tolerationCovers(other, t *tree.Node) bool {
	exists := other.Get("operator").Text() == "Exists"
	if key := other.Get("key").Text(); key != t.Get("key").Text() && (key != "" || !exists) {
		return false
	}
	effect := other.Get("effect").Text()
	if effect != "" && effect != t.Get("effect").Text() {
		return false
	}
	if most, bounded := other.Get("tolerationSeconds").Int(); bounded && effect == "NoExecute" {
		if seconds, ok := t.Get("tolerationSeconds").Int(); !ok || seconds > most {
			return false
		}
	}
	return exists || t.Get("operator").Text() == "Equal" && t.Get("value").Text() == other.Get("value").Text()
}
