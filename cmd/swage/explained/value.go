package explained

import (
	"strings"
	"unicode/utf8"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// width is how much YAML is put into one line: with a name beside it, that is
// what fits on a terminal of 130 columns, less the reason.
const width = 104

// first are the members that tell what an element is.
func first() []string { return []string{"name", "key", "mountPath"} }

func heading(sign rune, at slot) Line {
	return Line{Sign: sign, Text: indented(at, "")}
}

// title is the line of a list's element that is known by its key.
func title(sign rune, element *tree.Node, key string, at slot) Line {
	return Line{Sign: sign, Text: indented(at, printer.Scalar(key)+": "+printer.Flow(element.Get(key)))}
}

func indented(at slot, text string) string {
	return strings.TrimRight(strings.Repeat(" ", at.pad)+at.lead+text, " ")
}

// removed prints a value that went: one line is enough to know it.
func (d *differ) removed(n *tree.Node, at slot, by *blamed) {
	d.print(credit(Line{Sign: Removed, Text: cut(indented(at, printer.Flow(n, first()...)))}, by))
}

// added prints a value that came: what one template wanted together, as long as
// it fits.
func (d *differ) added(n *tree.Node, f *schema.Field, at slot) {
	owners := d.owners(n)
	line := indented(at, printer.Flow(n, first()...))
	if n.Len() == 0 || sameAuthor(owners) && utf8.RuneCountInString(line) <= width {
		d.print(credit(Line{Sign: Added, Text: cut(line)}, owners...))
		return
	}
	if at.lead == "- " && n.Is(tree.Object) {
		d.element(n, f, at)
		return
	}
	d.within(d.heading(n, at), func() { d.inside(n, f, at) })
}

// heading is the line above a value that takes several.
func (d *differ) heading(n *tree.Node, at slot) Line {
	line, owners := heading(Added, at), d.owners(n)
	switch {
	case len(owners) == 1:
		return credit(line, owners...)
	case sameAuthor(owners):
		line.By = owners[0].by() // the lines below say why
	}
	return line
}

func (d *differ) inside(n *tree.Node, f *schema.Field, at slot) {
	if n.Is(tree.Array) {
		d.elements(tree.NewArray(), n, f, at.col-2)
		return
	}
	d.members(nil, n, typeOf(f), at.col)
}

// element prints an element of a list in several lines, the first of which says
// which one it is.
func (d *differ) element(n *tree.Node, f *schema.Field, at slot) {
	head := printer.Members(n, first()...)[0]
	at.lead += printer.Scalar(head.Name()) + ": "
	d.added(head, fieldOf(typeOf(f), head.Name()), slot{at.pad, at.lead, at.col + 2})
	d.members(nil, n, typeOf(f), at.col, head.Name())
}

// ignored are the lines of what was wanted in vain.
func ignored(changes []podtemplate.Change) []Line {
	var lines []Line
	for _, change := range changes {
		if change.Op != podtemplate.OpNone {
			continue
		}
		c := &blamed{Change: change}
		text := change.Path + ": " + flowJSON(change.New)
		if len(change.Old) > 0 {
			text += " is not put in place of " + flowJSON(change.Old)
		}
		line := credit(Line{Sign: Ignored, Text: text}, c)
		if change.Resolution != "" {
			line.Why += ", " + string(change.Resolution)
		}
		lines = append(lines, line)
	}
	return lines
}

func flowJSON(text []byte) string {
	n, err := tree.Parse(text)
	if err != nil {
		return "-"
	}
	return cut(printer.Flow(n, first()...))
}

func cut(text string) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}
