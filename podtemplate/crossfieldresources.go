package podtemplate

import (
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// podLevelResources: the pod's own requests and limits hold for its containers together.
func podLevelResources(spec *tree.Node) (found []violation) {
	resources := spec.Get("resources")
	if resources == nil {
		return nil
	}
	sum := containerRequests(spec)
	for _, bound := range []string{"requests", "limits"} {
		for _, value := range resources.Get(bound).Kids() {
			most, err := schema.ParseQuantity(value)
			if total, ok := sum[value.Name()]; ok && err == nil && total.Cmp(most) > 0 {
				id := fmt.Sprintf("spec.resources: the containers together request more %s than the pod's %s", value.Name(), strings.TrimSuffix(bound, "s"))
				found = append(found, violation{id, append(requestsOf(spec, value.Name()), value)})
			}
		}
	}
	for _, request := range resources.Get("requests").Kids() {
		if limit := resources.At("limits", request.Name()); limit != nil && above(request, limit) {
			found = append(found, violation{fmt.Sprintf("spec.resources: the request of %s is above its limit", request.Name()), []*tree.Node{request, limit}})
		}
	}
	return found
}

// podLevelLimits: no container may have a higher limit than the pod; init containers may, to the API server.
func podLevelLimits(spec *tree.Node) (found []violation) {
	most := spec.At("resources", "limits")
	if most.Len() == 0 {
		return nil
	}
	for _, container := range spec.Get(containers).Elements() {
		for _, limit := range container.At("resources", "limits").Kids() {
			if bound := most.Get(limit.Name()); bound != nil && above(limit, bound) {
				id := fmt.Sprintf("spec.resources: the limit of %s of container %s is above the pod's", limit.Name(), container.Get("name").Text())
				found = append(found, violation{id, []*tree.Node{limit, bound}})
			}
		}
	}
	return found
}

// requestsOf returns the containers' requests of one resource.
func requestsOf(spec *tree.Node, resource string) (requests []*tree.Node) {
	eachContainer(spec, func(_ containerPath, container *tree.Node) {
		for _, request := range requestsAndLimits(container.Get("resources")) {
			if request.Name() == resource {
				requests = append(requests, request)
			}
		}
	})
	return requests
}
