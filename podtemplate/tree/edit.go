package tree

import "slices"

// NewObject returns an empty object.
func NewObject() *Node { return &Node{kind: Object, origin: added, fresh: true} }

// NewArray returns an empty list.
func NewArray() *Node { return &Node{kind: Array, origin: added, fresh: true} }

// NewString returns a JSON string that holds text.
func NewString(text string) *Node {
	return &Node{kind: String, text: quote(text), origin: added, fresh: true}
}

// Clone returns a deep copy of n that belongs to no tree.
func (n *Node) Clone() *Node {
	c := &Node{kind: n.kind, text: n.text, origin: added, fresh: true}
	if len(n.kids) > 0 {
		c.kids = make([]*Node, len(n.kids))
	}
	for i, kid := range n.kids {
		k := kid.Clone()
		k.name, k.parent = kid.name, c
		c.kids[i] = k
	}
	return c
}

// Set makes value the member of that name: in place of the old one, or last.
func (n *Node) Set(name string, value *Node) {
	if old := n.Get(name); old != nil {
		old.Replace(value)
		return
	}
	value.name, value.parent = name, n
	n.kids = append(n.kids, value)
}

// Replace puts value where n was; n no longer belongs to the tree, but still
// tells where it stood.
func (n *Node) Replace(value *Node) {
	value.name, value.parent, value.origin = n.name, n.parent, n.origin
	n.parent.kids[n.Index()] = value
}

// Append adds value as the last element of a list.
func (n *Node) Append(value *Node) { n.Insert(n.Len(), value) }

// Insert adds value as element i of a list.
func (n *Node) Insert(i int, value *Node) {
	n.expand()
	value.name, value.parent, value.origin = "", n, added
	n.kids = slices.Insert(slices.Clip(n.kids), i, value)
}

// Remove takes n out of its parent; n still tells where it stood.
func (n *Node) Remove() {
	i := n.Index()
	n.parent.kids = slices.Delete(slices.Clone(n.parent.kids), i, i+1)
}
