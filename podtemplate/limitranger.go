package podtemplate

import (
	"strings"
)

// limitRangerAnnotation is where the LimitRanger plugin writes what it filled in.
const limitRangerAnnotation = "kubernetes.io/limit-ranger"

// limitRanger is what the plugin says it set:
// "LimitRanger plugin set: cpu, memory request for container c; cpu limit for init container i".
type limitRanger string

// filled tells whether the plugin set that resource of a container in that list; which is "requests" or "limits".
func (l limitRanger) filled(list, container, which, resource string) bool {
	_, sets, found := strings.Cut(string(l), "plugin set: ")
	if !found {
		return false
	}
	where := " for container " + container
	if list == inits {
		where = " for init container " + container
	}
	for set := range strings.SplitSeq(sets, "; ") {
		resources, ok := strings.CutSuffix(set, " "+strings.TrimSuffix(which, "s")+where)
		if !ok {
			continue
		}
		for name := range strings.SplitSeq(resources, ", ") {
			if name == resource {
				return true
			}
		}
	}
	return false
}
