package tree

import (
	"slices"
	"strconv"
	"strings"
)

// AfterLast is the reference token for the element behind the last of a list: one that is not there.
const AfterLast = "-"

// Pointer returns the JSON Pointer (RFC 6901) of n in the tree as it is now.
func (n *Node) Pointer() string { return string(n.appendPointer(nil, (*Node).Index)) }

// PointerAsRead returns the JSON Pointer of n in the document as it was read.
// An element that was not read is "-" there, which in a JSON Pointer is the
// element behind the last: it never leads to another one.
func (n *Node) PointerAsRead() string {
	return string(n.appendPointer(nil, func(n *Node) int { return int(n.origin) }))
}

func (n *Node) appendPointer(dst []byte, index func(*Node) int) []byte {
	if n.parent == nil {
		return slices.Grow(dst, usualPointer)
	}
	dst = append(n.parent.appendPointer(dst, index), '/')
	if n.parent.kind != Array {
		return appendEscaped(dst, n.name)
	}
	if i := index(n); i >= 0 {
		return strconv.AppendInt(dst, int64(i), 10)
	}
	return append(dst, AfterLast...)
}

// usualPointer is longer than nearly all pointers into a pod.
const usualPointer = 64

// Escape makes one reference token of a JSON Pointer from a member name.
func Escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return string(appendEscaped(nil, name))
}

func appendEscaped(dst []byte, name string) []byte {
	for i := range len(name) {
		switch c := name[i]; c {
		case '~':
			dst = append(dst, "~0"...)
		case '/':
			dst = append(dst, "~1"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
