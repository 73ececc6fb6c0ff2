package app

import (
	"bytes"
	"fmt"

	"swage.dev/swage/cmd/swage/internal/whynot"
)

// writeReport writes the walk of a pod for people: one line a link.
func writeReport(out *bytes.Buffer, r *whynot.Report) {
	fmt.Fprintf(out, "pod %s: %s", r.Pod, r.Outcome)
	if r.StoppedAt != "" {
		fmt.Fprintf(out, ": stopped at %s", r.StoppedAt)
	}
	out.WriteByte('\n')
	table := newTable(out)
	for _, link := range r.Links {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", link.Name, link.Status, oneLine(link.Evidence))
		for _, detail := range link.Details {
			fmt.Fprintf(table, "  \t\t  %s\n", oneLine(detail))
		}
	}
	_ = table.Flush() // to memory
	if len(r.Templates) > 0 {
		out.WriteString("templates:\n")
	}
	table = newTable(out)
	for _, t := range r.Templates {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", oneLine(t.Template), oneLine(t.Mode), t.State, selectedOrNot(&t), oneLine(t.Why))
	}
	_ = table.Flush()
	if r.Advice != "" {
		fmt.Fprintf(out, "what to do: %s\n", r.Advice)
	}
}

func selectedOrNot(t *whynot.Template) string {
	if t.Selected {
		return "selected"
	}
	return "not-selected"
}
