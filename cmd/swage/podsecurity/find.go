package podsecurity

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// find returns what is at a path: "[]" are all elements of a list, "*" all
// containers of every kind.
func find(spec *tree.Node, path string) []*tree.Node {
	found := []*tree.Node{spec}
	for token := range strings.SplitSeq(path, ".") {
		var next []*tree.Node
		for _, n := range found {
			next = append(next, step(n, token)...)
		}
		found = next
	}
	return found
}

func step(n *tree.Node, token string) []*tree.Node {
	switch token {
	case "[]":
		return n.Elements()
	case "*":
		var all []*tree.Node
		for _, list := range []string{"initContainers", "containers", "ephemeralContainers"} {
			all = append(all, n.Get(list).Elements()...)
		}
		return all
	}
	if member := n.Get(token); member != nil {
		return []*tree.Node{member}
	}
	return nil
}
