package schema

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/podtemplate/tree"
)

// Equal tells whether a and b are the same value to the API server, both being
// of type t. Nil is an absent value, which equals zero unless the field is a
// pointer; Field.Equal knows that and the defaults.
func (t *Type) Equal(a, b *tree.Node) bool {
	if a.Is(tree.Null) {
		a = nil
	}
	if b.Is(tree.Null) {
		b = nil
	}
	switch t.Kind {
	case Struct:
		return t.equalStructs(a, b)
	case Map:
		return t.equalMaps(a, b)
	case List:
		return t.equalLists(a, b)
	case Quantity:
		return EqualQuantities(a, b)
	case Any:
		return tree.Equal(a, b)
	default:
		return zeroed(t, a) == zeroed(t, b)
	}
}

// Equal tells whether a and b, absent when nil, are the same value of field f.
func (f *Field) Equal(a, b *tree.Node) bool {
	a, b = f.present(a), f.present(b)
	if f.Pointer && (a == nil) != (b == nil) {
		return false
	}
	return f.Type.Equal(a, b)
}

// present turns null into absent and a constant default into absent: within
// one field "absent" is the canonical form of both.
func (f *Field) present(n *tree.Node) *tree.Node {
	if n.Is(tree.Null) || (n != nil && !f.Pointer && f.Type.Zero(n)) {
		return nil
	}
	if n != nil && f.IsDefault(n) {
		return nil
	}
	return n
}

// IsDefault tells whether n is the constant that the API server fills in for f.
func (f *Field) IsDefault(n *tree.Node) bool {
	if f.Default == nil || f.Default.Value == "" || n == nil {
		return false
	}
	if n.Is(tree.Object) {
		return f.Default.Value == "{}" && f.Type.Zero(n)
	}
	if n.Is(tree.String) {
		return f.Default.Value == `"`+n.Text()+`"`
	}
	return n.JSON() == f.Default.Value
}

// Derived tells whether the API server computes the field from others when it is absent.
func (f *Field) Derived() bool { return f.Default != nil && f.Default.Follows != "" }

// Absent tells whether a template that states n says just what an absent field means.
func (f *Field) Absent(n *tree.Node) bool { return f.present(n) == nil }

// Zero tells whether n is the zero value of its type: what an absent field means unless it is a pointer.
func (t *Type) Zero(n *tree.Node) bool {
	switch t.Kind {
	case Text:
		return n.Is(tree.String) && n.Text() == ""
	case Int32, Int64:
		value, ok := n.Int()
		return ok && value == 0
	case Bool:
		return n.Is(tree.False)
	case Quantity:
		quantity, err := ParseQuantity(n)
		return err == nil && quantity.IsZero()
	case List, Map:
		return n.Len() == 0 && n.Raw() == ""
	case Struct:
		return t.equalStructs(n, nil)
	default:
		return false
	}
}

func zeroed(t *Type, n *tree.Node) string {
	if n == nil || t.Zero(n) {
		return ""
	}
	if n.Is(tree.String) {
		return `"` + n.Text()
	}
	return n.JSON()
}

// equalStructs compares member by member: known ones by their type, unknown
// ones as plain JSON, so that two objects that differ in a field of a newer
// Kubernetes are not the same.
func (t *Type) equalStructs(a, b *tree.Node) bool {
	return t.covers(a, b, true) && t.covers(b, a, false)
}

// covers compares the members of a with those of b; members that both have are compared once, when first is set.
func (t *Type) covers(a, b *tree.Node, first bool) bool {
	for _, kid := range a.Kids() {
		other := b.Get(kid.Name())
		if other != nil && !first {
			continue
		}
		if !t.equalMembers(a, kid, other) {
			return false
		}
	}
	return true
}

// equalMembers compares a member of object with its counterpart.
func (t *Type) equalMembers(object, member, other *tree.Node) bool {
	field := t.Field(member.Name())
	switch {
	case field == nil:
		return tree.Equal(member, other)
	case other == nil && field.Default != nil && field.Default.From != nil:
		return field.Absent(member) || member.Text() == field.Default.From(object)
	default:
		return field.Equal(member, other)
	}
}

func (t *Type) equalMaps(a, b *tree.Node) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, kid := range a.Kids() {
		other := b.Get(kid.Name())
		if other == nil || !t.Elem.Equal(kid, other) {
			return false
		}
	}
	return true
}

func (t *Type) equalLists(a, b *tree.Node) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i, kid := range a.Kids() {
		if !t.Elem.Equal(kid, b.Kids()[i]) {
			return false
		}
	}
	return true
}

// EqualQuantities tells whether two quantities have the same value; nil equals only nil.
func EqualQuantities(a, b *tree.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, errX := ParseQuantity(a)
	y, errY := ParseQuantity(b)
	if errX != nil || errY != nil {
		return tree.Equal(a, b)
	}
	return x.Cmp(y) == 0
}

// ParseQuantity reads a quantity as the API server keeps it: rounded up to
// thousandths (SetDefaults_ResourceList). JSON numbers are accepted like strings.
func ParseQuantity(n *tree.Node) (resource.Quantity, error) {
	text := n.Text()
	if n.Is(tree.Number) {
		text = n.Raw()
	}
	q, err := resource.ParseQuantity(strings.TrimSpace(text))
	if err == nil {
		q.RoundUp(resource.Milli)
	}
	return q, err
}
