package templatelint

import (
	"fmt"
	"strings"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// ignored tells what shaping the given pods did not do although a template says it.
func ignored(templates *offline.Templates, outcomes []offline.Outcome) []Finding {
	var findings []Finding
	for i := range outcomes {
		for _, change := range outcomes[i].Result.Changes {
			if change.Op != podtemplate.OpNone {
				continue
			}
			if s, key := sourceOf(templates, change.Template); s != nil {
				findings = append(findings, newFinding(s, podtemplate.Problem{
					Template: s.Name(), Key: key, Severity: podtemplate.Warning, Message: describe(&outcomes[i], &change),
				}))
			}
		}
	}
	return findings
}

func describe(o *offline.Outcome, c *podtemplate.Change) string {
	why := "rule " + c.Rule
	if c.Resolution != "" {
		why += ": " + string(c.Resolution)
	}
	if c.Note != "" {
		why += ": " + c.Note
	}
	return fmt.Sprintf("without effect on pod %s at %s (%s)", o.Pod, c.Path, why)
}

// sourceOf finds the template that a change names as namespace/name/key, or by a file's path.
func sourceOf(templates *offline.Templates, label string) (s *offline.Source, key string) {
	for i := range templates.Sources {
		name := templates.Sources[i].Name()
		if label == name {
			return &templates.Sources[i], ""
		}
		if rest, found := strings.CutPrefix(label, name+"/"); found {
			s, key = &templates.Sources[i], rest // of repeated names the last counts
		}
	}
	return s, key
}
