package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// place is where a template wants something: a node of the pod, or the spot
// where it would be. Objects and lists on the way are made only when something
// is put into them.
type place struct {
	up   *place
	name string     // member name in up, or the element's key
	node *tree.Node // nil when the pod has nothing there
	elem bool       // an element of a list
}

func (at *place) child(name string) *place {
	node := at.node.Get(name)
	if node.Is(tree.Null) {
		node = nil // null is absent, to the API server too
	}
	return &place{up: at, name: name, node: node}
}

// element is the place of a list element; node is nil when the pod has none of that key.
func (at *place) element(key string, node *tree.Node) *place {
	return &place{up: at, name: key, node: node, elem: true}
}

// pointer is the JSON Pointer in the pod as read, also of what is not there.
func (at *place) pointer() string {
	switch {
	case at.node != nil:
		return at.node.PointerAsRead()
	case at.up == nil:
		return ""
	case at.elem:
		return at.up.pointer() + "/" + tree.AfterLast
	default:
		return at.up.pointer() + "/" + tree.Escape(at.name)
	}
}

// path is the place as people write it: spec.containers[spark].image.
func (at *place) path() string {
	if at.up == nil || at.up.up == nil {
		return at.name
	}
	if at.elem || strings.ContainsAny(at.name, "./") {
		return at.up.path() + "[" + strings.Trim(strings.ReplaceAll(at.name, "\x00", " "), " ") + "]"
	}
	return at.up.path() + "." + at.name
}

// object returns the object at this place, made if need be.
func (m *merge) object(at *place) *tree.Node { return m.ensure(at, tree.Object, tree.NewObject) }

// list returns the list at this place, made if need be.
func (m *merge) list(at *place) *tree.Node { return m.ensure(at, tree.Array, tree.NewArray) }

// ensure returns the node at a place. Files, in contrast to what the API server
// sends, may have something else there: then the pod is denied, and the merge
// goes on in a node that is in no tree.
func (m *merge) ensure(at *place, kind tree.Kind, make func() *tree.Node) *tree.Node {
	switch {
	case at.node == nil:
		parent := m.object(at.up)
		at.node = make()
		m.patch.put(parent, at.name, at.node)
	case !at.node.Is(kind):
		m.invalid("%s of the pod is neither absent nor what it should be", at.path())
		at.node = make()
	}
	return at.node
}
