package schema

import (
	"swage.dev/swage/podtemplate/tree"
)

// oneOf names, of the types that merge as a whole, the members that exclude
// each other: the API server refuses a value with two of them. Those of types
// that merge member by member are the union groups of Rules.
var oneOf = map[string]func(*Field) bool{
	"Volume":           func(f *Field) bool { return f.Inline == "VolumeSource" },
	"EnvVar":           func(f *Field) bool { return f.Name != "name" },
	"EnvVarSource":     func(*Field) bool { return true },
	"EnvFromSource":    func(f *Field) bool { return f.Name != "prefix" },
	"VolumeProjection": func(*Field) bool { return true },
}

// exclusive returns the first two members of an object that exclude each other, nil if there are none.
func (t *Type) exclusive(n *tree.Node) (first, second *tree.Node) {
	excludes := oneOf[t.Name]
	if excludes == nil || t.Kind != Struct {
		return nil, nil
	}
	for _, kid := range n.Kids() {
		field := t.Field(kid.Name())
		switch {
		case field == nil || !excludes(field) || kid.Is(tree.Null) || !field.Pointer && field.Type.Zero(kid):
		case first == nil:
			first = kid
		default:
			return first, kid
		}
	}
	return nil, nil
}
