package podtemplate

import "strings"

// The right to write templates (R36): a verb on a resource that exists in roles
// only, so that the right to write ConfigMaps, which Spark's drivers need, is
// not enough.
const (
	WriteVerb         = "write"
	TemplatesResource = "templates"
)

// Group is the API group of TemplatesResource.
func Group() string { return strings.TrimSuffix(Domain, "/") }
