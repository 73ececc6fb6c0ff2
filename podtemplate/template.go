package podtemplate

import (
	"k8s.io/apimachinery/pkg/labels"
)

// Mode says which pods a template is for.
type Mode string

// The modes of templates.
const (
	// Default templates reach every Spark pod in reach; the pod wins.
	Default Mode = "default"
	// Named templates reach the pods that ask for them.
	Named Mode = "named"
	// Enforced templates reach every Spark pod in reach, and they win.
	Enforced Mode = "enforced"
)

// Modes lists the modes, for metrics and messages.
func Modes() []Mode { return []Mode{Default, Named, Enforced} }

// OnConflict is how a disagreement between a pod and a template is settled.
type OnConflict string

// The values of the on-conflict annotation.
const (
	Keep    OnConflict = "keep"    // the pod's value stays
	Replace OnConflict = "replace" // the template's value takes its place
	Reject  OnConflict = "reject"  // the pod is denied
)

// Ref names a template and the content it had.
type Ref struct {
	Namespace, Name string
	Mode            Mode
	// Digest identifies the content: the first 12 hex digits of a SHA-256 over
	// mode, annotations and data that have a meaning here.
	Digest string
}

// String is namespace/name, or the path of a bare file.
func (r Ref) String() string {
	if r.Name == "" {
		return r.Namespace
	}
	return r.Namespace + "/" + r.Name
}

// Template is one loaded template. It never changes, and may be shared.
type Template struct {
	Ref
	OnConflict OnConflict
	// Warnings are what is odd but loads.
	Warnings []Problem

	home           string          // the namespace whose pods it reaches, unless it is a system template
	selector       labels.Selector // nil: every pod in reach
	namespaces     labels.Selector // nil: every namespace in reach
	nativeSidecars bool
	entries        map[string]*entry // by key
	size           int
	writes         map[string][]string // the values of pod labels that it writes
}

// Selector returns the selector over pods, nil when every pod in reach is meant.
func (t *Template) Selector() labels.Selector { return t.selector }

// Size is the number of bytes of text that the template was loaded from.
func (t *Template) Size() int { return t.size }

// entriesFor returns the entries that speak of pods of that role, weakest first.
func (t *Template) entriesFor(role Role) []*entry {
	entries := make([]*entry, 0, 2)
	for _, key := range [...]string{podEntry, role.entryKey()} {
		if e := t.entries[key]; e != nil {
			entries = append(entries, e)
		}
	}
	return entries
}

// summarise notes what other templates need to know about this one.
func (t *Template) summarise() {
	t.writes = map[string][]string{}
	for _, e := range t.entries {
		for _, label := range kidsOf(e.parts.at("metadata", "labels")) {
			if !sparkLabel(label.key) { // protected: stated, but never written
				t.writes[label.key] = append(t.writes[label.key], label.value.Text())
			}
		}
	}
}

func kidsOf(p *part) []*part {
	if p == nil {
		return nil
	}
	return p.kids
}
