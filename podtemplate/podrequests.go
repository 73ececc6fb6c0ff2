package podtemplate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// containerRequests sums the requests of a pod's containers as the scheduler
// does: containers and native sidecars run together; an ordinary init container
// runs beside the sidecars started before it, and the larger of both counts.
func containerRequests(spec *tree.Node) map[string]resource.Quantity {
	running := map[string]resource.Quantity{}
	peak := map[string]resource.Quantity{}
	for _, container := range spec.Get(inits).Elements() {
		resources := container.Get("resources")
		if restartsAlways(container) {
			addRequests(running, resources)
			continue
		}
		beside := copyQuantities(running)
		addRequests(beside, resources)
		raise(peak, beside)
	}
	for _, container := range spec.Get(containers).Elements() {
		addRequests(running, container.Get("resources"))
	}
	raise(running, peak)
	return running
}

// addRequests adds a container's requests: where only a limit is stated, the API server makes it the request.
func addRequests(sum map[string]resource.Quantity, resources *tree.Node) {
	for _, request := range requestsAndLimits(resources) {
		quantity, err := schema.ParseQuantity(request)
		if err != nil {
			continue // the API server refuses the pod
		}
		total := sum[request.Name()]
		total.Add(quantity)
		sum[request.Name()] = total
	}
}

// requestsAndLimits returns the requests, and the limits of what has none.
func requestsAndLimits(resources *tree.Node) []*tree.Node {
	requests := resources.Get("requests")
	all := slices.Clone(requests.Kids())
	for _, limit := range resources.Get("limits").Kids() {
		if requests.Get(limit.Name()) == nil {
			all = append(all, limit)
		}
	}
	return all
}

func raise(to, from map[string]resource.Quantity) {
	for name, quantity := range from {
		if have, ok := to[name]; !ok || have.Cmp(quantity) < 0 {
			to[name] = quantity
		}
	}
}

func copyQuantities(from map[string]resource.Quantity) map[string]resource.Quantity {
	to := make(map[string]resource.Quantity, len(from))
	raise(to, from)
	return to
}

// overcommitted tells whether a resource's limit may be above its request: not
// so for huge pages and for devices, whose names have a vendor's domain.
func overcommitted(name string) bool {
	native := !strings.Contains(name, "/") || strings.Contains(name, "kubernetes.io/")
	return native && !strings.HasPrefix(name, "hugepages-")
}
