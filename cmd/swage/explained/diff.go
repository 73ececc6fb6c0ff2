package explained

import (
	"slices"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// Diff explains what differs between a pod before and after by the changes that
// shaping recorded. after may be the shaped pod itself, or what the API server
// made of it: what no change accounts for is the Server's.
func Diff(before, after *tree.Node, changes []podtemplate.Change) []Line {
	d := differ{blame: newBlame(changes)}
	d.members(before, after, schema.PodTemplate(), 0)
	return append(d.lines, ignored(changes)...)
}

type differ struct {
	blame
	lines []Line
	open  []Line // the context of where the walk is, outermost first
	shown int    // how many of them are printed already
}

// slot is where a value is printed: behind a key or the dash of a list.
type slot struct {
	pad  int    // columns before lead
	lead string // "key: " or "- "
	col  int    // of what belongs to the value in further lines
}

func member(name string, col int) slot { return slot{col, printer.Scalar(name) + ": ", col + 2} }

// within is the context of what is inside the value.
func (d *differ) within(line Line, walk func()) {
	d.open = append(d.open, line)
	walk()
	d.open = d.open[:len(d.open)-1]
	d.shown = min(d.shown, len(d.open))
}

func (d *differ) print(line Line) {
	d.lines = append(append(d.lines, d.open[d.shown:]...), line)
	d.shown = len(d.open)
}

// members walks two objects, either of which may be nil; done are members that
// the context shows.
func (d *differ) members(before, after *tree.Node, t *schema.Type, col int, done ...string) {
	all := tree.NewObject()
	for _, n := range slices.Concat(before.Kids(), after.Kids()) {
		if !slices.Contains(done, n.Name()) {
			all.Set(n.Name(), tree.NewObject())
		}
	}
	for _, n := range printer.Members(all) {
		d.value(before.Get(n.Name()), after.Get(n.Name()), fieldOf(t, n.Name()), member(n.Name(), col))
	}
}

func (d *differ) value(before, after *tree.Node, f *schema.Field, at slot) {
	switch {
	case tree.Equal(before, after):
	case after == nil:
		d.removed(before, at, d.takenBy(before))
	case before == nil:
		d.added(after, f, at)
	case before.Is(tree.Object) && after.Is(tree.Object):
		d.within(heading(Context, at), func() { d.members(before, after, typeOf(f), at.col) })
	case before.Is(tree.Array) && after.Is(tree.Array):
		d.within(heading(Context, at), func() { d.elements(before, after, f, at.col-2) })
	default:
		d.removed(before, at, d.owners(after)[0])
		d.added(after, f, at)
	}
}

// elements walks two lists. Elements with a key are compared with those of the
// same key, others are there or not.
func (d *differ) elements(before, after *tree.Node, f *schema.Field, col int) {
	at := slot{col, "- ", col + 2}
	keys := keysOf(f)
	pairs := pair(before.Elements(), after.Elements(), keys)
	for _, gone := range pairs.gone {
		d.removed(gone, at, d.takenBy(gone))
	}
	for i, element := range after.Elements() {
		switch old := pairs.old[i]; {
		case old == nil:
			d.added(element, f, at)
		case len(keys) > 0 && old.Is(tree.Object):
			d.within(title(Context, element, keys[0], at), func() { d.members(old, element, typeOf(f), at.col, keys[0]) })
		}
	}
}

func fieldOf(t *schema.Type, name string) *schema.Field {
	for t != nil && t.Kind == schema.List {
		t = t.Elem
	}
	return t.Field(name)
}

func typeOf(f *schema.Field) *schema.Type {
	if f == nil {
		return nil
	}
	return f.Type
}

// keysOf are the members that identify an element of the list, nil if it has none.
func keysOf(f *schema.Field) []string {
	if f == nil || f.Rule == nil {
		return nil
	}
	return f.Rule.Key
}
