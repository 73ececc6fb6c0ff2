package tree

import (
	"strconv"
	"strings"
)

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer returns the JSON Pointer (RFC 6901) of n in the tree as it is now.
func (n *Node) Pointer() string { return n.pointer(func(k *Node) int { return k.Index() }) }

// PointerAsRead returns the JSON Pointer of n in the document as it was read.
// For elements that were not read it names the element's present index.
func (n *Node) PointerAsRead() string {
	return n.pointer(func(k *Node) int {
		if k.origin == added {
			return k.Index()
		}
		return int(k.origin)
	})
}

func (n *Node) pointer(index func(*Node) int) string {
	if n.parent == nil {
		return ""
	}
	if n.parent.kind == Array {
		return n.parent.pointer(index) + "/" + strconv.Itoa(index(n))
	}
	return n.parent.pointer(index) + "/" + Escape(n.name)
}

// Escape makes one reference token of a JSON Pointer from a member name.
func Escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return pointerEscapes.Replace(name)
}
