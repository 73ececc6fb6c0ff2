// Package tree holds one JSON document as an ordered, mutable tree.
//
// It exists because shaping must neither lose nor move what it does not know:
// a typed round trip drops unknown fields, and a map forgets order. Members
// keep the order in which they were read, numbers keep their digits, and every
// list element remembers the index it was read at, so that a path into the
// document as read can still be told after elements were added or removed.
//
// A tree is not safe for concurrent use while it is being changed. One that
// nobody changes may be read by many, unless Parse was told to leave members
// unparsed: the first look inside one changes the tree.
package tree

// Kind is the JSON kind of a node, written as the first byte of its text (and
// '0' for every number), as jsontext does it.
type Kind byte

// The kinds of JSON values.
const (
	Null   Kind = 'n'
	False  Kind = 'f'
	True   Kind = 't'
	String Kind = '"'
	Number Kind = '0'
	Object Kind = '{'
	Array  Kind = '['
)

// added is the origin index of list elements that were not read.
const added = -1

// Node is one JSON value. The zero Node is not useful: use Parse or a New function.
type Node struct {
	name   string // member name, when the parent is an object
	text   string // JSON text of a scalar; of a subtree that was left unparsed, all of it
	kids   []*Node
	parent *Node
	origin int32 // index in the parent list as read, or added
	kind   Kind
	fresh  bool // made after reading: edits inside need no record of their own
}

// Kind returns the JSON kind of n.
func (n *Node) Kind() Kind { return n.kind }

// Is tells whether n exists and is of kind k; a nil node is of no kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.kind == k }

// Name returns the member name of n, empty for list elements and the root.
func (n *Node) Name() string { return n.name }

// Parent returns the object or list that holds n, nil for the root and for nodes not in a tree.
func (n *Node) Parent() *Node { return n.parent }

// Fresh tells whether n, or a node that holds it, was made after the document was read.
func (n *Node) Fresh() bool {
	for ; n != nil; n = n.parent {
		if n.fresh {
			return true
		}
	}
	return false
}

// Kids returns the members of an object or the elements of a list, in order.
// The slice belongs to n: callers do not change it.
func (n *Node) Kids() []*Node {
	if n == nil {
		return nil
	}
	n.expand()
	return n.kids
}

// Len returns the number of members or elements; 0 for scalars and nil.
func (n *Node) Len() int { return len(n.Kids()) }

// Get returns the member of that name, nil when n is nil, no object, or has
// none. Of members with one name the last counts, as it does to encoding/json
// and to the API server.
func (n *Node) Get(name string) *Node {
	if !n.Is(Object) {
		return nil
	}
	n.expand()
	for i := len(n.kids) - 1; i >= 0; i-- { // slices.Backward is half as fast here
		if kid := n.kids[i]; kid.name == name {
			return kid
		}
	}
	return nil
}

// At follows member names from n, nil as soon as one is missing.
func (n *Node) At(names ...string) *Node {
	for _, name := range names {
		n = n.Get(name)
	}
	return n
}

// Elements returns the elements of a list, nil for anything else.
func (n *Node) Elements() []*Node {
	if !n.Is(Array) {
		return nil
	}
	return n.Kids()
}

// Index returns the position of n in its parent, -1 when it has none.
func (n *Node) Index() int {
	if n.parent == nil {
		return -1
	}
	for i, kid := range n.parent.kids {
		if kid == n {
			return i
		}
	}
	return -1
}
