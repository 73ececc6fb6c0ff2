package sparkapplication

import (
	"fmt"
	"strconv"
	"strings"

	"swage.dev/swage/submitter"
)

// Problem is one thing that is wrong with a manifest, or that will not be as it says.
type Problem struct {
	File string
	// Line counts from 1; 0 where it is not known.
	Line int
	// Path names the field: "spec.driver.env[0].name"; "" for the whole document.
	Path    string
	Message string
}

// String is the problem in one line: where, what.
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where += ":" + strconv.Itoa(p.Line)
	}
	if p.Path != "" {
		where += ": " + p.Path
	}
	return where + ": " + p.Message
}

// Error is why a manifest is not submitted: all its problems, by their lines. It
// wraps submitter.ErrRefused.
type Error struct{ Problems []Problem }

// Error has a line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap is submitter.ErrRefused.
func (e *Error) Unwrap() error { return submitter.ErrRefused }

// fieldPath writes tokens as people do: spec.driver.env[0].name.
func fieldPath(tokens []string) string {
	var out strings.Builder
	for i, token := range tokens {
		switch _, err := strconv.Atoi(token); {
		case err == nil:
			fmt.Fprintf(&out, "[%s]", token)
		case strings.ContainsAny(token, "./"):
			fmt.Fprintf(&out, "[%q]", token)
		case i > 0:
			out.WriteString("." + token)
		default:
			out.WriteString(token)
		}
	}
	return out.String()
}
