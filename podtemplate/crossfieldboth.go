package podtemplate

import (
	"fmt"
	"path"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

func mountsWithoutVolume(spec *tree.Node) (found []violation) {
	names := map[string]bool{}
	for _, volume := range spec.Get("volumes").Elements() {
		names[volume.Get("name").Text()] = true
	}
	eachContainer(spec, func(where string, container *tree.Node) {
		for _, list := range mountLists {
			for _, mount := range container.Get(list).Elements() {
				if name := mount.Get("name").Text(); !names[name] {
					found = append(found, violation{fmt.Sprintf("%s.%s: there is no volume %q", where, list, name), []*tree.Node{mount}})
				}
			}
		}
	})
	return found
}

func sharedPaths(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(where string, container *tree.Node) {
		for _, device := range container.Get("volumeDevices").Elements() {
			for _, mount := range container.Get("volumeMounts").Elements() {
				if cleanText(device.Get("devicePath")) == cleanText(mount.Get("mountPath")) || device.Get("name").Text() == mount.Get("name").Text() {
					found = append(found, violation{where + ": a volume or path is both mounted and a device", []*tree.Node{device, mount}})
				}
			}
		}
	})
	return found
}

func cleanText(n *tree.Node) string { return path.Clean(n.Text()) }

func claimsWithoutClaim(spec *tree.Node) (found []violation) {
	names := map[string]bool{}
	for _, claim := range spec.Get("resourceClaims").Elements() {
		names[claim.Get("name").Text()] = true
	}
	eachContainer(spec, func(where string, container *tree.Node) {
		for _, claim := range container.At("resources", "claims").Elements() {
			if name := claim.Get("name").Text(); !names[name] {
				found = append(found, violation{fmt.Sprintf("%s.resources.claims: there is no resource claim %q", where, name), []*tree.Node{claim}})
			}
		}
	})
	return found
}

func hostPorts(spec *tree.Node) (found []violation) {
	network := spec.Get("hostNetwork")
	if !network.Bool() {
		return nil
	}
	eachContainer(spec, func(where string, container *tree.Node) {
		for _, port := range container.Get("ports").Elements() {
			host := port.Get("hostPort")
			if value, ok := host.Int(); ok && value != 0 && !tree.Equal(host, port.Get("containerPort")) {
				found = append(found, violation{where + ".ports: under hostNetwork hostPort must equal containerPort", []*tree.Node{host, network}})
			}
		}
	})
	return found
}

// takenHostPorts: regular containers run together, so each host port is one's; init containers run by themselves.
func takenHostPorts(spec *tree.Node) (found []violation) {
	taken := map[string]*tree.Node{}
	network := spec.Get("hostNetwork").Bool()
	for _, container := range spec.Get(containers).Elements() {
		for _, port := range container.Get("ports").Elements() {
			host := port.Get("hostPort")
			if number, _ := host.Int(); number == 0 && network {
				host = port.Get("containerPort") // as the API server derives it
			}
			number, _ := host.Int()
			if number == 0 {
				continue
			}
			protocol, ip := port.Get("protocol").Text(), port.Get("hostIP").Text()
			if protocol == "" {
				protocol = "TCP"
			}
			key := strings.TrimSpace(fmt.Sprintf("%d %s %s", number, protocol, ip))
			if first := taken[key]; first != nil {
				found = append(found, violation{fmt.Sprintf("spec.containers: two ports want host port %s", key), []*tree.Node{host, first}})
			}
			taken[key] = host
		}
	}
	return found
}

// unmaskedProc: the whole of /proc is shown only to containers whose root is not the node's.
func unmaskedProc(spec *tree.Node) (found []violation) {
	users := spec.Get("hostUsers")
	if users.Is(tree.False) {
		return nil
	}
	eachContainer(spec, func(where string, container *tree.Node) {
		if mount := container.At("securityContext", "procMount"); mount.Text() == "Unmasked" {
			found = append(found, violation{where + ".securityContext: procMount Unmasked needs hostUsers false", []*tree.Node{mount, users}})
		}
	})
	return found
}

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
	eachContainer(spec, func(_ string, container *tree.Node) {
		requests = append(requests, container.At("resources", "requests", resource))
	})
	return requests
}
