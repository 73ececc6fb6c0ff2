package podtemplate

import (
	"fmt"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// merge puts one plan into one pod. It works on a document of its own; when
// the pod is denied, the document is thrown away.
type merge struct {
	plan   *plan
	pod    *Pod // as it was read
	role   Role
	limits Limits
	root   *tree.Node

	patch      patch
	records    []record
	rejections []rejection
	warnings   []string
	// owners are the statements that wrote nodes, to find who is to blame for a result that the API server would refuse.
	owners []owned
	// dropped are statements left out because an earlier attempt with them made an invalid pod, with the reason.
	dropped map[statement]string
	// lost are the volumes that templates did not get, by the part that stated them.
	lost        map[string]*part
	managed     *managedFields
	limitRanger limitRanger
	keeps       map[string]bool
	// tokenMount is a mount that took the place of the ServiceAccount plugin's, nil if none did.
	tokenMount   *part
	container    *target       // the container that is being merged, nil outside
	derivedHere  derivedValues // what was derived in that container before
	before       before
	envFromFirst map[*tree.Node]int // templates' entries put before the pod's own, by container
	added        int
	// invalidity is why the pod is denied although nobody rejects: the result would be refused.
	invalidity string
}

// run merges everything, in the order that the rules need: scratch space and
// volumes before the containers that mount them, what the API server may derive
// from containers behind them, computed fields last.
func (m *merge) run() {
	top := &place{node: m.root}
	m.before = m.observe()
	m.scratchMounts()
	resources := m.plan.root.at("spec", "resources")
	for _, kid := range m.plan.root.kids {
		for _, field := range kid.kids {
			if field != resources {
				m.field(field, top.child(kid.name))
			}
		}
	}
	spec := top.child("spec")
	for _, c := range m.plan.clashes {
		m.clash(c, spec)
	}
	for _, t := range m.plan.targets {
		m.target(t, spec)
	}
	if resources != nil {
		m.field(resources, spec)
	}
	m.follow()
	m.scratchDirs()
	m.placement()
}

// members merges a branch member by member.
func (m *merge) members(p *part, at *place) {
	for _, kid := range p.kids {
		m.field(kid, at)
	}
}

// field merges one field of an object, by its row in the table.
func (m *merge) field(p *part, in *place) {
	at := in.child(p.name)
	switch p.field.Rule.How {
	case schema.Protected:
		m.protectedField(p, at)
	case schema.Object:
		m.nested(p, at)
	case schema.ByKey:
		m.entries(p, at)
	case schema.Keyed:
		m.ports(p, at)
	case schema.Items:
		m.items(p, at)
	case schema.Set:
		m.set(p, at)
	case schema.Sources:
		m.sources(p, at)
	case schema.And:
		m.required(p, at)
	case schema.Union:
		m.union(p, in)
	default:
		m.atomic(p, at)
	}
}

// nested merges an object below; a probe without an action only changes the numbers of a probe that is there.
func (m *merge) nested(p *part, at *place) {
	if at.node == nil && p.hangingProbe() {
		m.unmet(p, at, ruleSkipped, "", "the container has no such probe, and the template states no action for it")
		return
	}
	m.members(p, at)
}

func (m *merge) protectedField(p *part, at *place) {
	if !p.field.Equal(at.node, p.value) {
		m.unmet(p, at, ruleProtected, "", p.field.Rule.Why)
	}
}

// atomic merges one value that is one thing.
func (m *merge) atomic(p *part, at *place) {
	f := p.field
	if alias := at.up.child("serviceAccount"); f.Name == "serviceAccountName" && at.node == nil && alias.node != nil {
		at = alias // in a file the old name may stand alone, and the API server reads it so
	}
	if m.said(p, at) {
		return
	}
	if m.protectedAtom(p) {
		m.unmet(p, at, ruleProtected, "", "Spark's own")
		return
	}
	if write, resolution, note := m.settle(p, at, m.yields(p, at)); write {
		m.write(p, at, resolution, note)
	}
}

// said tells whether the pod already is as the leaf wants it.
func (m *merge) said(p *part, at *place) bool {
	f := p.field
	if at.node == nil {
		return f.Absent(p.value) && !f.Derived()
	}
	if f.Equal(at.node, p.value) {
		return true
	}
	// Leaving a derived value to the API server is what the template asks for, and what happened.
	return f.Derived() && f.Type.Zero(p.value) && m.yields(p, at)
}

// write puts a leaf's value at a place.
func (m *merge) write(p *part, at *place, resolution Resolution, note string) {
	value, old, op := p.value.Clone(), at.node.JSON(), OpAdd
	if at.node != nil {
		op = OpReplace
		m.patch.replace(at.node, value)
	} else {
		m.patch.put(m.object(at.up), at.name, value)
	}
	at.node = value
	m.wrote(p, value, op, old, resolution, note)
}

// settle decides whether a template's value goes to a place, and records it when it does not.
func (m *merge) settle(p *part, at *place, yields bool) (write bool, resolution Resolution, note string) {
	switch {
	case m.leftOut(p):
		m.noteLeftOut(p, at, m.dropped[m.here(p)])
		return false, "", ""
	case at.node == nil:
		return !p.ifPresent, "", ""
	case yields:
		return true, "", wasDefault
	}
	switch p.from.policy() {
	case Replace:
		return true, Replaced, ""
	case Reject:
		m.unmet(p, at, p.field.Path(), Rejected, "")
	default:
		m.unmet(p, at, p.field.Path(), Kept, "")
		m.warnKept(p, at)
	}
	return false, "", ""
}

func (m *merge) warnKept(p *part, at *place) {
	m.warn("%s: kept the pod's value, template %s states another", at.path(), p.from.template)
}

// invalid denies the pod, whatever else there is to say about it.
func (m *merge) invalid(format string, args ...any) {
	if m.invalidity == "" {
		m.invalidity = fmt.Sprintf(format, args...)
	}
}

func (m *merge) warn(format string, args ...any) {
	m.warnings = append(m.warnings, fmt.Sprintf(format, args...))
}

// union merges the members of a group that exclude each other: they are one value.
func (m *merge) union(p *part, in *place) {
	group := unionFields(p.field)
	have := tree.NewObject()
	for _, f := range group {
		if member := in.child(f.Name).node; member != nil {
			have.Set(f.Name, member.Clone())
		}
	}
	if equalMembers(group, have, p.value) {
		return
	}
	at := in.child(p.name)
	if have.Len() > 0 {
		at = in.child(have.Kids()[0].Name())
	}
	if m.protectedHook(p, in, have) {
		m.unmet(p, at, ruleProtected, "", "Spark's own")
		return
	}
	write, resolution, note := m.settle(p, at, false)
	if write {
		m.writeUnion(p, in, group, resolution, note)
	}
}

func (m *merge) writeUnion(p *part, in *place, group []*schema.Field, resolution Resolution, note string) {
	for _, f := range group {
		at := in.child(f.Name)
		value := p.value.Get(f.Name)
		switch {
		case value == nil && at.node != nil:
			m.record(record{pointer: at.pointer(), op: OpRemove, old: at.node.JSON(), template: p.from.label, rule: p.field.Path(), resolution: resolution})
			m.patch.remove(at.node)
		case value != nil && !f.Equal(at.node, value):
			member := &part{key: f.Name, name: f.Name, field: f, value: value, from: p.from}
			m.write(member, at, resolution, note)
			m.own(at.node, p)
		}
	}
}

func equalMembers(group []*schema.Field, a, b *tree.Node) bool {
	for _, f := range group {
		if !f.Equal(a.Get(f.Name), b.Get(f.Name)) {
			return false
		}
	}
	return true
}

// unionFields returns the fields that form one value with f.
func unionFields(f *schema.Field) []*schema.Field {
	var group []*schema.Field
	for _, other := range schema.TypeNamed(f.Owner).Fields {
		if other.Rule != nil && other.Rule.How == schema.Union && other.Rule.Group == f.Rule.Group {
			group = append(group, other)
		}
	}
	return group
}
