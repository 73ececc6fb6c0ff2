package podtemplate

import "encoding/json"

// Op is what a change did at its path.
type Op string

// The operations of changes. None stands for what a template wanted and did not get.
const (
	OpAdd     Op = "add"
	OpReplace Op = "replace"
	OpRemove  Op = "remove"
	OpNone    Op = "none"
)

// Resolution is how a conflict between a pod and a template was settled.
type Resolution string

// The resolutions of conflicts.
const (
	Kept     Resolution = "kept"
	Replaced Resolution = "replaced"
	Rejected Resolution = "rejected"
)

// Change is one record of what shaping did, or did not do, at one place.
type Change struct {
	// Path is a JSON Pointer into the shaped pod; for a remove, for OpNone and
	// in a denied pod it points into the pod as it was read.
	Path string
	Op   Op
	// Old and New are JSON; empty when there is no such value.
	Old, New json.RawMessage
	// Template is namespace/name/key of the ConfigMap entry, or the path of a
	// file; empty for what Swage itself writes.
	Template string
	// Rule is the name of the row that decided: a type and field of the merge
	// table such as "Container.env", or one of the names in record.go.
	Rule string
	// Resolution is set on conflicts only.
	Resolution Resolution
	// Note says more, in words, for people: "was: server default".
	Note string
}
