package podtemplate

import (
	"errors"
	"fmt"
	"strings"
)

// ErrTooLarge is wrapped by a LoadError when a ConfigMap exceeds Limits.TemplateBytes.
var ErrTooLarge = errors.New("template too large")

// ErrUnknownMode is wrapped by a LoadError when the label names no mode: such a template reaches no pod.
var ErrUnknownMode = errors.New("unknown mode")

// Severity tells a problem that stops a template from one worth knowing.
type Severity string

// The severities of problems.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong in a template.
type Problem struct {
	// Template is namespace/name of the ConfigMap, or a file's path.
	Template string
	// Key is the key in the ConfigMap's data: "pod.yaml"; empty for labels and annotations.
	Key string
	// Line counts from 1 within the key's text; 0 when the problem has no line.
	Line int
	// Path names the field: "spec.containers[0].imagePulPolicy".
	Path     string
	Message  string
	Severity Severity
}

// String is the problem in one line: where, what.
func (p Problem) String() string {
	var where strings.Builder
	where.WriteString(p.Template)
	if p.Key != "" {
		where.WriteString("/" + p.Key)
	}
	if p.Line > 0 {
		fmt.Fprintf(&where, ":%d", p.Line)
	}
	if p.Path != "" {
		return where.String() + ": " + p.Path + ": " + p.Message
	}
	return where.String() + ": " + p.Message
}

// LoadError is why a template does not load: all its problems at once.
type LoadError struct {
	Problems []Problem

	cause error
	// reach is the template as far as it was understood: whom it would have concerned.
	reach *Template
}

// Error names the first problem and counts the rest.
func (e *LoadError) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].String()
	}
	return fmt.Sprintf("%s (and %d more)", e.Problems[0], len(e.Problems)-1)
}

// Unwrap returns ErrTooLarge or ErrUnknownMode where that is the reason.
func (e *LoadError) Unwrap() error { return e.cause }
