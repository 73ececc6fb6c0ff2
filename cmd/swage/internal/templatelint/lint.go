package templatelint

import (
	"errors"
	"fmt"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// Lint returns what is wrong or odd in templates, in the order of files and
// lines. With outcomes, only templates that some pod has together are compared,
// and what shaping those pods ignored, and what it does to their Pod Security
// level, is told too; without, all that may meet.
func Lint(templates *offline.Templates, outcomes []offline.Outcome) []Finding {
	var findings []Finding
	for i := range templates.Sources {
		findings = append(findings, one(&templates.Sources[i])...)
	}
	findings = append(findings, unstable(templates)...)
	findings = append(findings, pairs(templates, outcomes)...)
	findings = append(findings, ignored(templates, outcomes)...)
	findings = append(findings, security(templates, outcomes)...)
	return sorted(findings)
}

// one is what a template says about itself.
func one(s *offline.Source) []Finding {
	var problems []podtemplate.Problem
	var failed *podtemplate.LoadError
	if errors.As(s.Entry.Err, &failed) {
		problems = append(problems, failed.Problems...)
	}
	if t := s.Entry.Template; t != nil {
		problems = append(problems, t.Warnings...)
		problems = append(problems, podtemplate.Traps(t)...)
	}
	findings := make([]Finding, 0, len(problems))
	for _, p := range problems {
		findings = append(findings, newFinding(s, p))
	}
	return append(findings, manifestErrors(s)...)
}

// manifestErrors finds keys that a ConfigMap's own manifest states twice: of two
// entries pod.yaml the API server never sees the first.
func manifestErrors(s *offline.Source) []Finding {
	if s.ConfigMap == nil {
		return nil // the text of a bare file is the template: loading it told
	}
	var findings []Finding
	for _, r := range s.Object.RepeatedKeys() {
		message := fmt.Sprintf("key %q of the manifest is already set in line %d: what it says there is lost", r.Key, r.First)
		findings = append(findings, Finding{s.Object.File, r.Line, podtemplate.Error, s.Name(), "", message})
	}
	return findings
}

// unstable finds selectors that could change their mind in the API server's second call.
func unstable(templates *offline.Templates) []Finding {
	var findings []Finding
	for i := range templates.Sources {
		s := &templates.Sources[i]
		library, system := templates.Library(s.Entry.Namespace), templates.System()
		for _, name := range library.Unstable(system) {
			if name != s.Entry.Name || s.ConfigMap == nil {
				continue
			}
			findings = append(findings, newFinding(s, podtemplate.Problem{
				Template: s.Name(), Path: fmt.Sprintf("metadata.annotations[%s]", podtemplate.SelectAnnotation), Severity: podtemplate.Error,
				Message: "selects on labels that templates in reach write: it could change its mind, and is skipped",
			}))
		}
	}
	return findings
}
