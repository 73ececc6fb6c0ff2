package podtemplate

import (
	"encoding/json"

	"swage.dev/swage/podtemplate/tree"
)

// record is a change before its path is known: paths into the shaped pod can
// only be told when everything is in its place.
type record struct {
	node       *tree.Node // of the shaped pod, for add and replace
	pointer    string     // into the pod as read, for everything else
	op         Op
	old, new   string // new is what node holds in the end where it is empty
	template   string
	rule       string
	resolution Resolution
	note       string
}

// The names of rules that are no rows of the merge table.
const (
	ruleProtected = "protected"   // Spark's own, or the pod's identity
	ruleScratch   = "scratch"     // spark-local-dir-* takes the place of Spark's default scratch space
	ruleFollows   = "follows"     // a computed field goes when the field it follows changed
	ruleDerived   = "derived"     // a value derived from another field is derived again
	ruleSidecar   = "containers"  // a container that is in the pod's other list
	ruleSkipped   = "skipped"     // a part that only makes sense where the pod has what it patches
	ruleMount     = "mount"       // a mount whose volume lost is not added
	ruleShaped    = "shaped"      // Swage's own annotation
	ruleInvalid   = "cross-field" // left out because the result would be refused
)

// Notes on values that nobody chose and that gave way.
const (
	wasDefault = "was: server default"
	wasScratch = "was: Spark's default scratch space"

	followsScratch = "follows the scratch volumes"
	volumeLostNote = "its volume was not added"
)

func (m *merge) record(r record) { m.records = append(m.records, r) }

// wrote records that a template's value is now at node.
func (m *merge) wrote(p *part, node *tree.Node, op Op, old string, resolution Resolution, note string) {
	m.own(node, p)
	m.record(record{
		node: node, op: op, old: old, new: p.value.JSON(), template: p.from.label,
		rule: p.field.Path(), resolution: resolution, note: note,
	})
}

// unmet records what a template wanted at a place and did not get.
func (m *merge) unmet(p *part, at *place, rule string, resolution Resolution, note string) {
	m.record(record{
		pointer: at.pointer(), op: OpNone, old: at.node.JSON(), new: p.text(), template: sourceOf(p).label,
		rule: rule, resolution: resolution, note: note,
	})
	if resolution == Rejected {
		m.rejections = append(m.rejections, rejection{at.path(), sourceOf(p)})
	}
}

// rejection is a conflict that denies the pod.
type rejection struct {
	path string
	from *source
}

func (p *part) text() string {
	return p.node(func(*part) bool { return true }).JSON()
}

// changes turns the records into changes, with paths into the shaped pod, or
// for a denied pod into the pod as it was read.
func (m *merge) changes(denied bool) []Change {
	changes := make([]Change, len(m.records))
	for i, r := range m.records {
		path := r.pointer
		switch {
		case r.node != nil && denied:
			path = r.node.PointerAsRead()
		case r.node != nil:
			path = r.node.Pointer()
		}
		if r.new == "" && r.op == OpReplace {
			r.new = r.node.JSON()
		}
		changes[i] = Change{
			Path: path, Op: r.op, Old: rawJSON(r.old), New: rawJSON(r.new),
			Template: r.template, Rule: r.rule, Resolution: r.resolution, Note: r.note,
		}
	}
	return changes
}

func rawJSON(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
