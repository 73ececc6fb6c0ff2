package app

import (
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
		fmt.Fprintf(stderr, "error: pod %s: %s: %s\n", o.Pod, verdict.Sentence(), o.Result.Reason)
	case verdict != podtemplate.Shaped && verdict != podtemplate.Unchanged:
		fmt.Fprintf(stderr, "note: pod %s: unchanged: %s\n", o.Pod, verdict.Sentence())
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
