package podtemplate

import (
	"strconv"
)

// The names that containers may have in templates besides their own.
const (
	sparkAlias    = "spark" // the Spark container, whatever it is called
	everyAlias    = "*"     // every container and init container
	containers    = "containers"
	inits         = "initContainers"
	restartPolicy = "restart policy" // the union group of a container's restartPolicy
)

// plan is what the selected templates state together about one pod: aliases
// resolved, placeholders filled in, the ladder applied leaf by leaf. Plans are
// cached; nobody changes one.
type plan struct {
	// root has the parts for metadata and spec, but for containers.
	root    *part
	targets []*target
	clashes []clash
	// volumes are those that each template brings: a mount belongs to its template's volume.
	volumes map[*Template]map[string]bool
	size    int
}

// target is one container of the merged pod.
type target struct {
	list  string // containers or initContainers
	name  string // empty for containers that the pod has: they are found by index
	index int    // in the pod's list as read; absent for a new one
	body  *part
	// owner is the template that brings a new container's image; nil if none does.
	owner *source
	// spark tells that this is the (or a) Spark container.
	spark bool
}

const absent = -1

// clash is a container that a template wants in one list while the pod has that name in the other.
type clash struct {
	list       string
	index      int
	part       *part
	from       *source
	resolution Resolution
}

// outline is what a plan depends on in a pod: which containers there are. Two
// pods with the same outline share a plan.
type outline struct {
	containers, inits []string
	sidecars          []int // native sidecars, in inits
	spark             []int // candidates for the Spark container, in containers
}

// appendKey appends the outline as part of a cache key.
func (o outline) appendKey(key []byte) []byte {
	for _, list := range [...][]string{o.containers, o.inits} {
		for _, name := range list {
			key = appendText(key, name)
		}
		key = append(key, ';')
	}
	for _, indexes := range [...][]int{o.sidecars, o.spark} {
		for _, i := range indexes {
			key = append(strconv.AppendInt(key, int64(i), 10), ',')
		}
		key = append(key, ';')
	}
	return key
}

func (o outline) list(list string) []string {
	if list == inits {
		return o.inits
	}
	return o.containers
}
