package app

import (
	"bytes"
	"fmt"
	"text/tabwriter"
)

func (e *explanation) write(out *bytes.Buffer) {
	fmt.Fprintf(out, "pod %s: %s: %s\n", e.Pod, e.Verdict, e.Sentence)
	if e.Reason != "" {
		fmt.Fprintf(out, "  reason: %s\n", oneLine(e.Reason))
	}
	if e.Role != "" {
		fmt.Fprintf(out, "  role: %s\n", e.Role)
	}
	if e.Driver != "" {
		fmt.Fprintf(out, "  driver: %s\n", oneLine(e.Driver))
	}
	e.writeTemplates(out)
	e.writeChanges(out)
}

func (e *explanation) writeTemplates(out *bytes.Buffer) {
	if len(e.Templates) == 0 {
		out.WriteString("  templates: none\n")
		return
	}
	out.WriteString("  templates, weakest first:\n")
	table := newTable(out)
	for _, t := range e.Templates {
		fmt.Fprintf(table, "    %s\t%s\t%s\n", oneLine(t.Template), t.Mode, oneLine(t.Why))
	}
	_ = table.Flush() // to memory
}

func (e *explanation) writeChanges(out *bytes.Buffer) {
	if len(e.Changes) == 0 {
		out.WriteString("  changes: none\n")
		return
	}
	out.WriteString("  changes:\n")
	table := newTable(out)
	for i := range e.Changes {
		c := &e.Changes[i]
		fmt.Fprintf(table, "    %s\t%s\t%s  %s  [%s]\n", oneLine(c.Template), c.outcome(), oneLine(c.Path), oneLine(shownChange(c)), oneLine(c.Rule))
	}
	_ = table.Flush() // to memory
}

func newTable(out *bytes.Buffer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 8, 2, ' ', 0) }

// outcome is what a line's change came to: an operation, or how a conflict was settled.
func (c *changeLine) outcome() string {
	if c.Resolution != "" {
		return c.Resolution
	}
	return c.Op
}
