package admission

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/podtemplate"
)

// Path is where pods are shaped. Below it, /driver and /executor say the role
// of pods that have no Spark labels, and one more step the container that runs
// Spark: /shape/driver/notebook. It is a path and no query because the API
// server refuses queries in a webhook's clientConfig.
const Path = "/shape"

// route is what a request's path says about its pods.
type route struct {
	role      podtemplate.Role // empty: the pod's label tells
	container string           // empty: found by evidence
}

func parseRoute(path string) (route, bool) {
	if path == Path {
		return route{}, true
	}
	rest, ok := strings.CutPrefix(path, Path+"/")
	if !ok {
		return route{}, false
	}
	role, container, named := strings.Cut(rest, "/")
	r := route{role: podtemplate.Role(role), container: container}
	if !r.role.Valid() || (named && len(validation.IsDNS1123Label(container)) > 0) {
		return route{}, false
	}
	return r, true
}
