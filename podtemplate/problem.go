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
	// Earlier is another line that the message is about, counted as Line: where
	// a repeated key was set first. 0 when there is none.
	Earlier int
	// Path names the field: "spec.containers[0].imagePulPolicy"; of labels,
	// annotations and keys of the data, in the ConfigMap.
	Path     string
	Message  string
	Severity Severity
}

// What is the problem without its place: the field, the message, and the other
// line that it is about, as the caller counts lines.
func (p Problem) What(earlier int) string {
	message := p.Message
	if earlier > 0 {
		message += fmt.Sprintf(" in line %d", earlier)
	}
	if p.Path == "" {
		return message
	}
	return p.Path + ": " + message
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
	return where.String() + ": " + p.What(p.Earlier)
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
