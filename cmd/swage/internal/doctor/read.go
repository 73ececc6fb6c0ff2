package doctor

import (
	"errors"
	"strings"
)

// Read is something that was read of a cluster, or why it was not.
type Read[T any] struct {
	Value T
	Err   error
}

// MissingRight is the error about what may not be read.
type MissingRight struct{ Right Right }

func (e *MissingRight) Error() string { return "you may not " + e.Right.String() }

// Right is something that somebody may do, in the words of a Role.
type Right struct {
	Verb string
	// Group is the API group, "" for the core one.
	Group string
	// Resource is a plural; with a subresource as pods/proxy. It begins with / for a path that is no object, such as /metrics.
	Resource string
	// Namespace is "" for all, and for what has none. Name is "" for all.
	Namespace, Name string
}

func (r Right) String() string {
	text := r.Verb + " " + r.resource()
	if r.Name != "" {
		text += " " + r.Name
	}
	if r.Namespace != "" {
		text += " in namespace " + r.Namespace
	}
	return text
}

func (r Right) resource() string {
	if r.Group == "" {
		return r.Resource
	}
	resource, part, nested := strings.Cut(r.Resource, "/")
	resource += "." + r.Group
	if nested {
		resource += "/" + part
	}
	return resource
}

// canI is how kubectl asks whether one has it.
func (r Right) canI() string {
	command := "kubectl auth can-i " + r.Verb + " " + r.resource()
	switch {
	case r.Namespace != "":
		command += " -n " + r.Namespace
	case r.Resource[0] != '/':
		command += " -A"
	}
	return command
}

// unknown is the finding about what could not be read.
func unknown(err error) []finding {
	if missing := (*MissingRight)(nil); errors.As(err, &missing) {
		return []finding{{Unknown, "could not look: " + err.Error(), missing.Right.canI()}}
	}
	return []finding{{Unknown, "could not look: " + err.Error(), ""}}
}
