package podtemplate

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// shapedBytes is the most that the annotation may hold: it is on every pod of every application.
const shapedBytes = 1 << 10

// shapedFormat is the version of the annotation's format.
const shapedFormat = "1"

// ShapedValue returns what the annotation swage.dev/shaped and the audit
// annotation say: the selected templates, weakest first, with their digests;
// "" when none was selected. It holds only what the selection determines,
// because the API server's second call must find nothing to change:
//
//	{"v":1,"templates":["team-a/spot@1f2e3d4c5b6a"]}
//
// A list that does not fit is cut and ends with one digest over all of it:
//
//	{"v":1,"templates":[...],"all":"0a1b2c3d4e5f"}
func (r *Result) ShapedValue() string { return shapedValue(r.Templates) }

func shapedValue(refs []Ref) string {
	if len(refs) == 0 {
		return ""
	}
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = string(tree.AppendQuoted(nil, ref.String()+"@"+ref.Digest))
	}
	text := shapedText(names, "")
	if len(text) <= shapedBytes {
		return text
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))
	all := hex.EncodeToString(sum[:])[:12]
	for len(names) > 0 && len(shapedText(names, all)) > shapedBytes {
		names = names[:len(names)-1]
	}
	return shapedText(names, all)
}

func shapedText(names []string, all string) string {
	text := `{"v":` + shapedFormat + `,"templates":[` + strings.Join(names, ",") + `]`
	if all != "" {
		text += `,"all":"` + all + `"`
	}
	return text + "}"
}

// annotate writes the annotation, or removes one that the client sent: it is never trusted as input.
func (m *merge) annotate(value string) {
	meta := &place{name: "metadata", node: m.root.Get("metadata"), up: &place{node: m.root}}
	in := meta.child("annotations")
	at := in.child(ShapedAnnotation)
	switch {
	case at.node.Text() == value && (at.node == nil) == (value == ""):
	case value == "":
		m.record(record{pointer: at.pointer(), op: OpRemove, old: at.node.JSON(), rule: ruleShaped})
		m.patch.remove(at.node)
	case at.node != nil:
		m.writeShaped(at, OpReplace, value)
	default:
		m.writeShaped(at, OpAdd, value)
	}
}

func (m *merge) writeShaped(at *place, op Op, value string) {
	old, node := at.node, tree.NewString(value)
	if op == OpReplace {
		m.patch.replace(old, node)
	} else {
		m.patch.put(m.object(at.up), at.name, node)
	}
	m.record(record{node: node, op: op, old: old.JSON(), new: node.JSON(), rule: ruleShaped})
}
