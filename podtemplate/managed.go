package podtemplate

import (
	"swage.dev/swage/podtemplate/tree"
)

// managedFields answers whether a path was stated when the pod was decoded and
// defaulted. It is negative evidence only: the API server computes it once,
// before admission, so a path that it lists was not written by a built-in
// plugin; a path that it does not list may come from anybody.
type managedFields struct {
	entries *tree.Node // metadata.managedFields, taken apart on first use
}

// known tells whether there are managedFields at all: files have none.
func (f *managedFields) known() bool { return f.entries.Len() > 0 }

// has tells whether any manager lists the path; without managedFields nothing is listed.
func (f *managedFields) has(path ...string) bool {
	if !f.known() {
		return false
	}
	for _, entry := range f.entries.Elements() {
		fields := entry.Get("fieldsV1")
		for _, name := range path {
			fields = fields.Get("f:" + name)
		}
		if fields != nil {
			return true
		}
	}
	return false
}

// hasElement tells whether the list at path has an element with that name among the managed fields.
func (f *managedFields) hasElement(name string, path ...string) bool {
	for _, entry := range f.entries.Elements() {
		fields := entry.Get("fieldsV1")
		for _, step := range path {
			fields = fields.Get("f:" + step)
		}
		if fields.Get(`k:{"name":`+tree.NewString(name).JSON()+`}`) != nil {
			return true
		}
	}
	return false
}
