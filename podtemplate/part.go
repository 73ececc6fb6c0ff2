package podtemplate

import (
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// part is what templates state about one place: a leaf with a value and the
// template it comes from, or a branch with parts for the places below. A
// template's files are compiled into parts once; composing templates makes new
// branches but shares the leaves.
type part struct {
	// key identifies the part among its siblings: a field's name, a map's key,
	// or the canonical text of a list element's key members.
	key string
	// name is the member name below an object or a map, empty for list elements.
	name string
	// field is the row's field: for list elements and map entries that of the list or map.
	field *schema.Field
	// element tells that the part is an element of a list or an entry of a map.
	element bool

	kids  []*part    // branch
	value *tree.Node // leaf: what the template states; for a Union an object of its members
	from  *source    // leaf: where it comes from
	// ifPresent leaves contradict what is there, but state nothing where nothing is.
	ifPresent bool
}

func (p *part) leaf() bool { return p.from != nil }

// kid returns the part below p with that key, nil if p is nil or has none.
func (p *part) kid(key string) *part {
	if p == nil {
		return nil
	}
	for _, kid := range p.kids {
		if kid.key == key {
			return kid
		}
	}
	return nil
}

// at follows keys from p.
func (p *part) at(keys ...string) *part {
	for _, key := range keys {
		p = p.kid(key)
	}
	return p
}

// leaves calls visit for every leaf at or below p.
func (p *part) leaves(visit func(*part)) {
	if p == nil {
		return
	}
	if p.leaf() {
		visit(p)
		return
	}
	for _, kid := range p.kids {
		kid.leaves(visit)
	}
}

// node builds the JSON that the leaves below p state, as far as take wants them.
func (p *part) node(take func(*part) bool) *tree.Node {
	if p.leaf() {
		if !take(p) {
			return nil
		}
		return p.value.Clone()
	}
	n := tree.NewObject()
	if p.list() {
		n = tree.NewArray()
	}
	for _, kid := range p.kids {
		if below := kid.node(take); below != nil {
			kid.putInto(n, below)
		}
	}
	if n.Len() == 0 {
		return nil
	}
	return n
}

// putInto puts what p states into the object or list it belongs to.
func (p *part) putInto(in, value *tree.Node) {
	switch {
	case in.Is(tree.Array):
		in.Append(value)
	case p.union():
		for _, member := range value.Kids() {
			in.Set(member.Name(), member.Clone())
		}
	default:
		in.Set(p.name, value)
	}
}

// list tells whether p is a branch for a list.
func (p *part) list() bool { return !p.element && p.field != nil && p.field.Type.Kind == schema.List }

func (p *part) union() bool {
	return !p.element && p.field.Rule != nil && p.field.Rule.How == schema.Union
}

// source is one entry of one template: who states a leaf, and how strongly.
type source struct {
	template *Template
	// file is the entry's key: "pod.yaml"; empty for a bare file.
	file string
	// label is how changes name the source: namespace/name/key, or a file's path.
	label string
}

func newSource(t *Template, file string) *source {
	s := &source{template: t, file: file, label: t.String()}
	if file != "" {
		s.label += "/" + file
	}
	return s
}

func (s *source) policy() OnConflict { return s.template.OnConflict }

func (s *source) enforced() bool { return s.template.Mode == Enforced }
