package manifest

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// Object is one object of a file; the items of Lists are objects of their own.
type Object struct {
	// File is the file as the user named it, "-" for standard input.
	File string
	// APIVersion and Kind are empty where the document has none.
	APIVersion, Kind string
	// Name is metadata.name, else metadata.generateName.
	Namespace, Name string
	// JSON is the object; from JSON files the very bytes of the file.
	JSON []byte
	// Text is the document as it stands in File; for an item of a List it is JSON.
	Text []byte

	line      int        // of the document in File, counted from 1
	within    []string   // where the object is in the document, below Lists
	positions *positions // of the document
}

// DefaultNamespace is where objects without a namespace are, as in an untouched kubeconfig.
const DefaultNamespace = "default"

// String names the object as kubectl does: "ConfigMap team-a/spot". It is Printable.
func (o *Object) String() string {
	kind := o.Kind
	if kind == "" {
		kind = "object without kind"
	}
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return Printable(strings.TrimSpace(kind + " " + name))
}

// Is tells whether the object is of that kind of the core API group.
func (o *Object) Is(kind string) bool {
	return o.Kind == kind && (o.APIVersion == "v1" || o.APIVersion == "")
}

func (d *document) object(root *tree.Node, within []string) Object {
	meta := root.Get("metadata")
	o := Object{
		File:       d.file,
		APIVersion: root.Get("apiVersion").Text(),
		Kind:       root.Get("kind").Text(),
		Namespace:  meta.Get("namespace").Text(),
		Name:       meta.Get("name").Text(),
		JSON:       d.json,
		Text:       d.text,
		line:       d.line,
		within:     within,
		positions:  d.positions,
	}
	if o.Name == "" {
		o.Name = meta.Get("generateName").Text()
	}
	if len(within) > 0 {
		o.JSON = []byte(root.JSON())
		o.Text = o.JSON
	}
	return o
}
