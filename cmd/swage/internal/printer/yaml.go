package printer

import (
	"bytes"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// YAML writes n in block style with sorted keys, lists not indented: as kubectl
// does, so that both can be compared line by line.
func YAML(n *tree.Node) []byte {
	w := &yamlWriter{}
	w.block(n, 0)
	w.out.WriteByte('\n')
	return w.out.Bytes()
}

// longKey is where YAML wants keys marked: parsers look that far for the colon.
// The limit is 1024 characters of text, an escape may take ten.
const longKey = 100

type yamlWriter struct{ out bytes.Buffer }

// block writes n where the cursor stands, at that column.
func (w *yamlWriter) block(n *tree.Node, column int) {
	switch {
	case n.Len() == 0:
		w.scalar(n, column)
	case n.Is(tree.Array):
		w.items(n, column)
	default:
		w.members(n, column)
	}
}

func (w *yamlWriter) items(n *tree.Node, column int) {
	for i, element := range n.Elements() {
		if i > 0 {
			w.newline(column)
		}
		w.out.WriteString("- ")
		w.block(element, column+2)
	}
}

func (w *yamlWriter) members(n *tree.Node, column int) {
	members := Members(n)
	for i, member := range members {
		if i > 0 {
			w.newline(column)
		}
		if len(member.Name()) > longKey {
			w.out.WriteString("? ")
		}
		w.out.WriteString(scalarText(member.Name()))
		if len(member.Name()) > longKey {
			w.newline(column)
		}
		w.out.WriteByte(':')
		w.value(member, column)
	}
}

// value writes what follows a key's colon.
func (w *yamlWriter) value(n *tree.Node, column int) {
	switch {
	case n.Len() == 0:
		w.out.WriteByte(' ')
		w.scalar(n, column+2)
	case n.Is(tree.Array):
		w.newline(column)
		w.items(n, column)
	default:
		w.newline(column + 2)
		w.members(n, column+2)
	}
}

// scalar writes a value without members, whose further lines begin at column.
func (w *yamlWriter) scalar(n *tree.Node, column int) {
	switch text := n.Text(); {
	case n.Is(tree.Object):
		w.out.WriteString("{}")
	case n.Is(tree.Array):
		w.out.WriteString("[]")
	case !n.Is(tree.String):
		w.out.WriteString(n.Raw())
	case column > 0 && literal(text):
		w.literal(text, column)
	default:
		w.out.WriteString(scalarText(text))
	}
}

// literal writes a text of several lines as a block.
func (w *yamlWriter) literal(text string, column int) {
	body := strings.TrimRight(text, "\n")
	switch len(text) - len(body) {
	case 0:
		w.out.WriteString("|-")
	case 1:
		w.out.WriteString("|")
	default:
		w.out.WriteString("|+")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" {
			w.out.WriteByte('\n')
			continue
		}
		w.newline(column)
		w.out.WriteString(line)
	}
}

func (w *yamlWriter) newline(column int) {
	w.out.WriteByte('\n')
	for range column {
		w.out.WriteByte(' ')
	}
}
