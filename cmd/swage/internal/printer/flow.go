package printer

import (
	"cmp"
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// Flow writes n in one line of YAML: {name: data, mountPath: /data}. The members
// named first come first; the others are sorted.
func Flow(n *tree.Node, first ...string) string {
	var line strings.Builder
	flow(&line, n, first)
	return line.String()
}

// Scalar writes a text as a YAML scalar of one line.
func Scalar(text string) string { return scalarText(text) }

func flow(line *strings.Builder, n *tree.Node, first []string) {
	switch {
	case n.Is(tree.Array):
		line.WriteByte('[')
		for i, element := range n.Elements() {
			separate(line, i)
			flow(line, element, first)
		}
		line.WriteByte(']')
	case n.Is(tree.Object):
		line.WriteByte('{')
		for i, member := range Members(n, first...) {
			separate(line, i)
			line.WriteString(flowScalar(member.Name()) + ": ")
			flow(line, member, first)
		}
		line.WriteByte('}')
	case n.Is(tree.String):
		line.WriteString(flowScalar(n.Text()))
	default:
		line.WriteString(n.Raw())
	}
}

func separate(line *strings.Builder, i int) {
	if i > 0 {
		line.WriteString(", ")
	}
}

// flowScalar quotes also what only ends a scalar between braces.
func flowScalar(text string) string {
	if strings.ContainsAny(text, ",[]{}") {
		return quoted(text)
	}
	return scalarText(text)
}

// Members are an object's members in the order in which this package writes
// them: the ones named first, then the others sorted.
func Members(n *tree.Node, first ...string) []*tree.Node {
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	members := slices.Clone(n.Kids())
	slices.SortStableFunc(members, func(a, b *tree.Node) int {
		return cmp.Or(cmp.Compare(rank(a.Name()), rank(b.Name())), cmp.Compare(a.Name(), b.Name()))
	})
	return members
}
