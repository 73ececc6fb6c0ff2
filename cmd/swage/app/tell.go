package app

import (
	"errors"
	"fmt"
	"io"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// tell says on stderr what the webhook would say of a pod: warnings, and why it is denied or left alone.
func tell(stderr io.Writer, o *offline.Outcome) {
	for _, warning := range o.Result.Warnings {
		fmt.Fprintf(stderr, "warning: pod %s: %s\n", o.Pod, warning)
	}
	switch verdict := o.Result.Verdict; {
	case !verdict.Allowed():
		fmt.Fprintf(stderr, "error: pod %s: %s\n", o.Pod, o.Result.Message())
	case verdict != podtemplate.Shaped && verdict != podtemplate.Unchanged:
		fmt.Fprintf(stderr, "note: pod %s: unchanged: %s\n", o.Pod, verdict.Sentence())
	}
}

// tellBroken says why templates do not load. What that means for a pod is told with the pod.
func tellBroken(stderr io.Writer, templates *offline.Templates) {
	for i := range templates.Sources {
		source := &templates.Sources[i]
		var failed *podtemplate.LoadError
		if !errors.As(source.Entry.Err, &failed) {
			continue
		}
		for _, p := range failed.Problems {
			if p.Severity == podtemplate.Error {
				fmt.Fprintf(stderr, "warning: %s:%d: template %s does not load: %s\n", source.Object.File, source.Line(p), source.Name(), source.What(p))
			}
		}
	}
}

// verdictOf is the error of a command over several pods: errDenied when one would be denied.
func verdictOf(outcomes []offline.Outcome) error {
	for i := range outcomes {
		if !outcomes[i].Result.Verdict.Allowed() {
			return errDenied
		}
	}
	return nil
}
