package podtemplate

import (
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

func portsField() *schema.Field { return schema.TypeNamed("Container").Field("ports") }

// ports merges container ports: by number and protocol, then member by member.
func (m *merge) ports(p *part, in *place) {
	for _, kid := range p.kids {
		if have := m.matching(p, in, kid); len(have) > 0 {
			m.port(p, kid, in, in.element(kid.key, have[len(have)-1]))
			continue
		}
		m.newPort(p, in, kid)
	}
}

// port merges a port that the pod has.
func (m *merge) port(p, kid *part, in, at *place) {
	if m.protectedPort(at.node) {
		if value := kid.node(everyPart); !kid.field.Type.Elem.Equal(at.node, value) && !m.contained(kid, at) {
			m.unmet(kid, at, ruleProtected, "", "the driver's Service leads to it")
		}
		return
	}
	for _, member := range kid.kids {
		if member.key != "name" || m.freeName(p, member, in, at) {
			m.field(member, at)
		}
	}
}

// freeName tells whether a port can have the name that a template states, and
// makes it so where the template replaces: then the pod's other port of that
// name goes, as it does when the template's port is a new one.
func (m *merge) freeName(p, name *part, in, at *place) bool {
	twin := portNamed(in.node, name.value.Text())
	if twin == nil || twin == at.node {
		return true
	}
	key, _ := elementKey(portsField(), twin)
	where := in.element(key, twin)
	if m.protectedPort(twin) {
		m.unmet(name, where, ruleProtected, "", "the driver's Service leads to it")
		return false
	}
	claim := *name
	claim.field = portsField()
	write, resolution, _ := m.settle(&claim, where, false)
	if write {
		m.takeName(p, twin, &claim, resolution)
	}
	return write
}

// takeName takes the place of the pod's port whose name a template's port gets.
// One that templates state as well only loses its name.
func (m *merge) takeName(p *part, twin *tree.Node, by *part, resolution Resolution) {
	gone := twin
	if key, _ := elementKey(portsField(), twin); p.kid(key) != nil {
		gone = twin.Get("name")
	}
	m.record(record{pointer: gone.PointerAsRead(), op: OpRemove, old: gone.JSON(), template: by.from.label, rule: by.field.Path(), resolution: resolution, note: "a template's port has its name"})
	m.patch.remove(gone)
}

// contained tells whether all that a part states is there already.
func (m *merge) contained(p *part, at *place) bool {
	for _, kid := range p.kids {
		if !kid.field.Equal(at.node.Get(kid.name), kid.value) {
			return false
		}
	}
	return true
}

// newPort adds a port, unless its name belongs to another port: names are unique in a container.
func (m *merge) newPort(p *part, in *place, kid *part) {
	value := kid.node(func(leaf *part) bool { return !leaf.ifPresent })
	if value == nil {
		return
	}
	leaf := &part{key: kid.key, field: p.field, element: true, value: value, from: sourceOf(kid)}
	if m.leftOut(kid.kids[0]) {
		m.noteLeftOut(leaf, in.element(kid.key, nil), m.dropped[m.here(kid.kids[0])])
		return
	}
	twin := portNamed(in.node, value.Get("name").Text())
	if twin == nil {
		m.addPort(in, leaf, kid)
		return
	}
	at := in.element(kid.key, twin)
	if m.protectedPort(twin) {
		m.unmet(leaf, at, ruleProtected, "", "the driver's Service leads to it")
		return
	}
	write, resolution, note := m.settle(leaf, at, false)
	if key, _ := elementKey(portsField(), twin); write && p.kid(key) != nil {
		m.takeName(p, twin, leaf, resolution)
		m.addPort(in, leaf, kid)
	} else if write {
		m.write(leaf, at, resolution, note)
	}
}

func (m *merge) addPort(in *place, leaf, kid *part) {
	m.appendItem(in, leaf)
	m.own(in.node.Kids()[in.node.Len()-1], kid.kids[0])
}

// portNamed returns the first port of that name, nil if there is none.
func portNamed(list *tree.Node, name string) *tree.Node {
	for _, port := range list.Elements() {
		if name != "" && port.Get("name").Text() == name {
			return port
		}
	}
	return nil
}

// namesake tells whether a port before this one has its name.
func namesake(list, port *tree.Node) bool {
	first := portNamed(list, port.Get("name").Text())
	return first != nil && first != port
}
