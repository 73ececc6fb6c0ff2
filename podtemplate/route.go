package podtemplate

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// WebhookPath is where the webhook shapes pods. Below it, /driver and /executor
// say the role of pods that have no Spark labels, and one more step the container
// that runs Spark: /shape/driver/notebook. It is a path and no query because the
// API server refuses queries in a webhook's clientConfig.
const WebhookPath = "/shape"

// TemplatesPath is where the webhook checks templates when they are written.
const TemplatesPath = "/templates"

// Route is what the path of a webhook says about its pods.
type Route struct {
	Role           Role   // empty: the pod's label tells
	SparkContainer string // empty: found by evidence
}

// ParseRoute reads a webhook's path; ok is false for one that is not Swage's.
func ParseRoute(path string) (r Route, ok bool) {
	if path == WebhookPath {
		return Route{}, true
	}
	rest, ok := strings.CutPrefix(path, WebhookPath+"/")
	if !ok {
		return Route{}, false
	}
	role, container, named := strings.Cut(rest, "/")
	r = Route{Role: Role(role), SparkContainer: container}
	if !r.Role.Valid() || (named && len(validation.IsDNS1123Label(container)) > 0) {
		return Route{}, false
	}
	return r, true
}
