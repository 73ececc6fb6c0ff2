package tree

// AppendJSON appends the compact JSON text of n to dst.
func (n *Node) AppendJSON(dst []byte) []byte {
	switch {
	case n.text != "" || (n.kind != Object && n.kind != Array):
		return append(dst, n.text...)
	case n.kind == Array:
		return n.appendKids(dst, '[', ']')
	default:
		return n.appendKids(dst, '{', '}')
	}
}

func (n *Node) appendKids(dst []byte, open, closing byte) []byte {
	dst = append(dst, open)
	for i, kid := range n.kids {
		if i > 0 {
			dst = append(dst, ',')
		}
		if n.kind == Object {
			dst = append(AppendQuoted(dst, kid.name), ':')
		}
		dst = kid.AppendJSON(dst)
	}
	return append(dst, closing)
}

// JSON returns the compact JSON text of n, "" for nil.
func (n *Node) JSON() string {
	switch {
	case n == nil:
		return ""
	case n.text != "":
		return n.text
	default:
		return string(n.AppendJSON(nil))
	}
}
