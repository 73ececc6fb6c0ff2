package tree

import (
	"strconv"
	"strings"
)

// AfterLast is the reference token for the element behind the last of a list: one that is not there.
const AfterLast = "-"

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer returns the JSON Pointer (RFC 6901) of n in the tree as it is now.
func (n *Node) Pointer() string { return n.pointer(func(k *Node) int { return k.Index() }) }

// PointerAsRead returns the JSON Pointer of n in the document as it was read.
// An element that was not read is "-" there, which in a JSON Pointer is the
// element behind the last: it never leads to another one.
func (n *Node) PointerAsRead() string {
	return n.pointer(func(k *Node) int { return int(k.origin) })
}

func (n *Node) pointer(index func(*Node) int) string {
	if n.parent == nil {
		return ""
	}
	if n.parent.kind != Array {
		return n.parent.pointer(index) + "/" + Escape(n.name)
	}
	if i := index(n); i >= 0 {
		return n.parent.pointer(index) + "/" + strconv.Itoa(i)
	}
	return n.parent.pointer(index) + "/" + AfterLast
}

// Escape makes one reference token of a JSON Pointer from a member name.
func Escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return pointerEscapes.Replace(name)
}
