package explained

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// blame finds the change that accounts for a value.
type blame struct{ changes []blamed }

type blamed struct {
	podtemplate.Change
	new *tree.Node
}

func newBlame(changes []podtemplate.Change) blame {
	var b blame
	for _, change := range changes {
		if change.Op == podtemplate.OpNone {
			continue
		}
		wanted, err := tree.Parse(change.New)
		if err != nil {
			wanted = nil // a remove has no new value
		}
		b.changes = append(b.changes, blamed{change, wanted})
	}
	return b
}

// owners are the changes that account for a value of the pod after shaping, nil
// standing for the API server. A change inside another's value comes later, as
// templates act one after the other.
func (b blame) owners(n *tree.Node) []*blamed {
	if n.Len() == 0 {
		return []*blamed{b.ownerOf(n.Pointer())}
	}
	var all []*blamed
	for _, kid := range n.Kids() {
		for _, owner := range b.owners(kid) {
			if !slices.Contains(all, owner) {
				all = append(all, owner)
			}
		}
	}
	return all
}

// ownerOf finds the change nearest to a path that states what is there.
func (b blame) ownerOf(path string) *blamed {
	var found *blamed
	for i := range b.changes {
		c := &b.changes[i]
		rest, inside := below(path, c.Path)
		if inside && states(c.new, rest) && (found == nil || len(c.Path) >= len(found.Path)) {
			found = c
		}
	}
	return found
}

// takenBy finds the change that took a value of the pod as it was away.
func (b blame) takenBy(n *tree.Node) *blamed {
	var replaced *blamed
	for i := range b.changes {
		c := &b.changes[i]
		if _, inside := below(n.Pointer(), c.Path); !inside || len(c.Old) == 0 {
			continue
		}
		if c.Op == podtemplate.OpRemove {
			return c
		}
		replaced = c
	}
	return replaced
}

// below tells whether a JSON Pointer leads into another, and the tokens of the rest.
func below(path, top string) (rest []string, inside bool) {
	tail, inside := strings.CutPrefix(path, top)
	if !inside || tail != "" && tail[0] != '/' {
		return nil, false
	}
	if tail == "" {
		return nil, true
	}
	return strings.Split(tail[1:], "/"), true
}

// states tells whether a value has something at that place.
func states(n *tree.Node, rest []string) bool {
	for _, token := range rest {
		found := slices.IndexFunc(n.Kids(), func(kid *tree.Node) bool { return lastToken(kid) == token })
		if found < 0 {
			return false
		}
		n = n.Kids()[found]
	}
	return n != nil
}

func lastToken(n *tree.Node) string {
	pointer := n.Pointer()
	return pointer[strings.LastIndexByte(pointer, '/')+1:]
}

func (c *blamed) by() string {
	switch {
	case c == nil:
		return Server
	case c.Template == "":
		return Swage
	default:
		return c.Template
	}
}

// credit puts the names of those who did it into a line.
func credit(line Line, owners ...*blamed) Line {
	var why []string
	for _, c := range owners {
		line.By = c.by()
		if c == nil {
			continue
		}
		if reason := c.why(); !slices.Contains(why, reason) {
			why = append(why, reason)
		}
	}
	const most = 2
	if more := len(why) - most; more > 0 {
		why = append(why[:1], fmt.Sprintf("%d more", more+1))
	}
	line.Why = strings.Join(why, ", ")
	return line
}

// why is the rule, and the note if it says more.
func (c *blamed) why() string {
	if c.Note == "" || strings.HasPrefix(c.Note, c.Rule+" ") {
		return cmp.Or(c.Note, c.Rule)
	}
	return c.Rule + ", " + c.Note
}

// sameAuthor tells whether the changes are one template's.
func sameAuthor(owners []*blamed) bool {
	return !slices.ContainsFunc(owners, func(c *blamed) bool { return c.by() != owners[0].by() })
}
