package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// entries merges a map, entry by entry.
func (m *merge) entries(p *part, in *place) {
	for _, kid := range p.kids {
		at := in.child(kid.name)
		same := at.node != nil && p.field.Type.Elem.Equal(at.node, kid.value)
		switch {
		case same:
		case m.protectedEntry(kid):
			m.unmet(kid, at, ruleProtected, "", "Spark selects on its labels")
		default:
			write, resolution, note := m.settle(kid, at, m.entryYields(kid, at))
			if write {
				m.grow(at)
				m.write(kid, at, resolution, note)
			}
		}
	}
}

// items merges a list whose elements are one thing each, by key. Where the pod
// repeats a key, the last element is its value: keep leaves all of them,
// replace rewrites all of them.
func (m *merge) items(p *part, in *place) {
	for _, kid := range p.kids {
		matches := m.matching(p, in, kid)
		if len(matches) == 0 {
			m.newItem(in, kid)
			continue
		}
		at := in.element(kid.key, matches[len(matches)-1])
		elem := p.field.Type.Elem
		switch {
		case elem.Equal(at.node, kid.value):
		case m.volumeLost(kid):
			m.unmet(kid, at, ruleMount, Kept, volumeLostNote)
		case m.protectedItem(kid, at.node):
			m.unmet(kid, at, ruleProtected, "", "Spark's own")
			m.noteLostVolume(kid)
		default:
			m.settleItem(kid, at, matches)
		}
	}
}

func (m *merge) matching(p *part, in *place, kid *part) []*tree.Node {
	var matches []*tree.Node
	for _, element := range in.node.Elements() {
		if key, missing := elementKey(p.field, element); missing == "" && key == kid.key {
			matches = append(matches, element)
		}
	}
	return matches
}

func (m *merge) settleItem(kid *part, at *place, matches []*tree.Node) {
	yields := m.itemYields(kid, at)
	if !yields && kid.from.policy() == Replace && m.mountedByOthers(kid) {
		m.loseToMounts(kid, at)
		return
	}
	write, resolution, note := m.settle(kid, at, yields)
	if !write {
		m.noteLostVolume(kid)
		return
	}
	switch {
	case yields && kid.field.Name == "volumes":
		note = wasScratch
	case yields && kid.field.Name == "volumeMounts":
		m.tokenMount = kid
	}
	for _, match := range matches {
		m.write(kid, at.up.element(kid.key, match), resolution, note)
	}
}

func (m *merge) newItem(in *place, kid *part) {
	at := in.element(kid.key, nil)
	switch {
	case kid.ifPresent:
		return
	case m.volumeLost(kid):
		m.unmet(kid, at, ruleMount, Kept, volumeLostNote)
		return
	case m.leftOut(kid):
		m.settle(kid, at, false)
		m.noteLostVolume(kid)
		return
	case m.covered(kid, in):
		m.unmet(kid, at, ruleSkipped, "", "another toleration covers it, and under a runtime class the API server keeps only that one")
		return
	case m.protectedNewItem(kid):
		m.unmet(kid, at, ruleProtected, "", "Spark's own: it follows the scratch volumes")
		return
	}
	m.appendItem(in, kid)
}

func (m *merge) appendItem(in *place, kid *part) {
	value := kid.value.Clone()
	m.patch.append(m.list(in), value)
	m.grow(in)
	m.wrote(kid, value, OpAdd, "", "", "")
}

// set adds the elements that are not there yet.
func (m *merge) set(p *part, in *place) {
	for _, kid := range p.kids {
		if m.contains(p, in, kid) {
			continue
		}
		m.newItem(in, kid)
	}
}

func (m *merge) contains(p *part, in *place, kid *part) bool {
	for _, element := range in.node.Elements() {
		if p.field.Type.Elem.Equal(element, kid.value) {
			return true
		}
	}
	return false
}

// sources merges envFrom, where the last source of a name wins: what must not
// beat the pod goes before the pod's own entries, what must goes behind them.
func (m *merge) sources(p *part, in *place) {
	for _, kid := range p.kids {
		switch {
		case m.contains(p, in, kid):
		case kid.from.policy() == Replace || m.leftOut(kid):
			m.newItem(in, kid)
		default:
			list, value := m.list(in), kid.value.Clone()
			m.patch.insert(list, m.envFromFirst[list], value)
			m.envFromFirst[list]++
			m.grow(in)
			m.wrote(kid, value, OpAdd, "", "", "")
		}
	}
}

func everyPart(*part) bool { return true }

// grow counts what was added against the limit for one pod.
func (m *merge) grow(at *place) {
	m.added++
	if m.added == m.limits.AddedItems+1 {
		m.invalid("templates add more than %d items to this pod, at %s", m.limits.AddedItems, strings.TrimSuffix(at.path(), "."))
	}
}
