package templatelint

import (
	"cmp"
	"fmt"
	"slices"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// Finding is one thing about one line of a file.
type Finding struct {
	File     string               `json:"file"`
	Line     int                  `json:"line"`
	Severity podtemplate.Severity `json:"severity"`
	// Template is namespace/name, or the path of a bare file.
	Template string `json:"template"`
	Path     string `json:"path,omitempty"`
	Message  string `json:"message"`
}

// String is the finding in the form that editors understand.
func (f Finding) String() string {
	if f.Path == "" {
		return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Severity, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s: %s", f.File, f.Line, f.Severity, f.Path, f.Message)
}

func newFinding(s *offline.Source, p podtemplate.Problem) Finding {
	f := Finding{File: s.Object.File, Line: s.Line(p), Severity: p.Severity, Template: p.Template, Path: p.Path}
	p.Path = "" // it has a member of its own
	f.Message = s.What(p)
	return f
}

// sorted puts findings in the order of files and lines, and takes repetitions out.
func sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(findings)
}
