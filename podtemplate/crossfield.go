package podtemplate

import (
	"fmt"
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// violation is a rule across fields that a pod breaks: the API server refuses it.
type violation struct {
	// id tells the same violation before and after the merge.
	id string
	// nodes are the values that together break the rule.
	nodes []*tree.Node
}

// crossField are the rules across fields that a merge can break although
// neither the pod nor a template breaks them alone.
var crossField = []func(spec *tree.Node) []violation{
	requestsAboveLimits, mountsWithoutVolume, repeatedPortNames, escalation,
	userNamespaces, hostPorts, sharedPaths, claimsWithoutClaim, processNamespaces, dnsWithoutServers, hostnames,
}

// check compares the rules that the merged pod breaks with those that the pod
// broke before. New ones are laid to the parts that wrote the values: parts of
// keep templates are left out in another round (again is true), for others the
// pod is denied.
func (m *merge) check(p *Pod) (again bool) {
	var found []violation
	for _, rule := range crossField {
		found = append(found, rule(m.root.Get("spec"))...)
	}
	if len(found) == 0 {
		return false
	}
	old := brokenBefore(p)
	for _, v := range found {
		if old[v.id] {
			continue
		}
		if m.dropBlamed(v) {
			again = true
		} else {
			m.invalid("%s", v.id)
		}
	}
	return again && m.invalidity == ""
}

func brokenBefore(p *Pod) map[string]bool {
	broken := map[string]bool{}
	spec := p.document().Get("spec")
	for _, rule := range crossField {
		for _, v := range rule(spec) {
			broken[v.id] = true
		}
	}
	return broken
}

// dropBlamed leaves the parts out that broke a rule, if all of them give way to the pod.
func (m *merge) dropBlamed(v violation) bool {
	var blamed []*part
	for _, node := range v.nodes {
		if p := m.owner(node); p != nil && !slices.Contains(blamed, p) {
			blamed = append(blamed, p)
		}
	}
	for _, p := range blamed {
		if p.from.policy() != Keep || m.dropped[p] != "" {
			return false
		}
	}
	for _, p := range blamed {
		m.dropped[p] = v.id
	}
	return len(blamed) > 0
}

// owner returns the part that wrote a node or something that holds it.
func (m *merge) owner(node *tree.Node) *part {
	for ; node != nil; node = node.Parent() {
		if p := m.owners[node]; p != nil {
			return p
		}
	}
	return nil
}

// eachContainer calls visit for all containers, with the way to write them.
func eachContainer(spec *tree.Node, visit func(path string, container *tree.Node)) {
	for _, list := range []string{inits, containers} {
		for _, container := range spec.Get(list).Elements() {
			visit(fmt.Sprintf("spec.%s[%s]", list, container.Get("name").Text()), container)
		}
	}
}

func requestsAboveLimits(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(path string, container *tree.Node) {
		for _, request := range container.At("resources", "requests").Kids() {
			limit := container.At("resources", "limits", request.Name())
			if limit != nil && above(request, limit) {
				found = append(found, violation{fmt.Sprintf("%s.resources: the request of %s is above its limit", path, request.Name()), []*tree.Node{request, limit}})
			}
		}
	})
	return found
}

func above(request, limit *tree.Node) bool {
	r, errR := schema.ParseQuantity(request)
	l, errL := schema.ParseQuantity(limit)
	return errR == nil && errL == nil && r.Cmp(l) > 0
}

func mountsWithoutVolume(spec *tree.Node) (found []violation) {
	names := map[string]bool{}
	for _, volume := range spec.Get("volumes").Elements() {
		names[volume.Get("name").Text()] = true
	}
	eachContainer(spec, func(path string, container *tree.Node) {
		for _, list := range mountLists {
			for _, mount := range container.Get(list).Elements() {
				if name := mount.Get("name").Text(); !names[name] {
					found = append(found, violation{fmt.Sprintf("%s.%s: there is no volume %q", path, list, name), []*tree.Node{mount}})
				}
			}
		}
	})
	return found
}

func repeatedPortNames(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(path string, container *tree.Node) {
		seen := map[string]*tree.Node{}
		for _, port := range container.Get("ports").Elements() {
			name := port.Get("name").Text()
			if first := seen[name]; first != nil {
				found = append(found, violation{fmt.Sprintf("%s.ports: two ports are named %q", path, name), []*tree.Node{port.Get("name"), first.Get("name")}})
			}
			if name != "" {
				seen[name] = port
			}
		}
	})
	return found
}

// escalation: a privileged container, or one with CAP_SYS_ADMIN, cannot forbid privilege escalation.
func escalation(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(path string, container *tree.Node) {
		context := container.Get("securityContext")
		forbids := context.Get("allowPrivilegeEscalation")
		if !forbids.Is(tree.False) {
			return
		}
		if privileged := context.Get("privileged"); privileged.Bool() {
			found = append(found, violation{path + ".securityContext: privileged contradicts allowPrivilegeEscalation false", []*tree.Node{privileged, forbids}})
		}
		for _, capability := range context.At("capabilities", "add").Elements() {
			if capability.Text() == "CAP_SYS_ADMIN" {
				found = append(found, violation{path + ".securityContext: CAP_SYS_ADMIN contradicts allowPrivilegeEscalation false", []*tree.Node{capability, forbids}})
			}
		}
	})
	return found
}

// userNamespaces: a pod in its own user namespace cannot share the node's others.
func userNamespaces(spec *tree.Node) (found []violation) {
	users := spec.Get("hostUsers")
	if !users.Is(tree.False) {
		return nil
	}
	for _, name := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if shared := spec.Get(name); shared.Bool() {
			found = append(found, violation{fmt.Sprintf("spec: %s contradicts hostUsers false", name), []*tree.Node{shared, users}})
		}
	}
	return found
}

// hostPorts: on the node's network a container's port and its host port are the same.
func hostPorts(spec *tree.Node) (found []violation) {
	network := spec.Get("hostNetwork")
	if !network.Bool() {
		return nil
	}
	eachContainer(spec, func(path string, container *tree.Node) {
		for _, port := range container.Get("ports").Elements() {
			host := port.Get("hostPort")
			if value, ok := host.Int(); ok && value != 0 && !tree.Equal(host, port.Get("containerPort")) {
				found = append(found, violation{path + ".ports: under hostNetwork hostPort must equal containerPort", []*tree.Node{host, network}})
			}
		}
	})
	return found
}

// sharedPaths: a path is a mount or a device, and a volume is not both.
func sharedPaths(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(path string, container *tree.Node) {
		for _, device := range container.Get("volumeDevices").Elements() {
			for _, mount := range container.Get("volumeMounts").Elements() {
				if cleanText(device.Get("devicePath")) == cleanText(mount.Get("mountPath")) || device.Get("name").Text() == mount.Get("name").Text() {
					found = append(found, violation{path + ": a volume or path is both mounted and a device", []*tree.Node{device, mount}})
				}
			}
		}
	})
	return found
}

func cleanText(n *tree.Node) string { return strings.TrimSuffix(n.Text(), "/") }

func claimsWithoutClaim(spec *tree.Node) (found []violation) {
	names := map[string]bool{}
	for _, claim := range spec.Get("resourceClaims").Elements() {
		names[claim.Get("name").Text()] = true
	}
	eachContainer(spec, func(path string, container *tree.Node) {
		for _, claim := range container.At("resources", "claims").Elements() {
			if name := claim.Get("name").Text(); !names[name] {
				found = append(found, violation{fmt.Sprintf("%s.resources.claims: there is no resource claim %q", path, name), []*tree.Node{claim}})
			}
		}
	})
	return found
}

func processNamespaces(spec *tree.Node) []violation {
	host, shared := spec.Get("hostPID"), spec.Get("shareProcessNamespace")
	if !host.Bool() || !shared.Bool() {
		return nil
	}
	return []violation{{"spec: hostPID contradicts shareProcessNamespace", []*tree.Node{host, shared}}}
}

func dnsWithoutServers(spec *tree.Node) []violation {
	policy := spec.Get("dnsPolicy")
	if policy.Text() != "None" || spec.At("dnsConfig", "nameservers").Len() > 0 {
		return nil
	}
	return []violation{{"spec.dnsConfig: dnsPolicy None needs nameservers", []*tree.Node{policy}}}
}

func hostnames(spec *tree.Node) []violation {
	network, override := spec.Get("hostNetwork"), spec.Get("hostnameOverride")
	if !network.Bool() || override == nil {
		return nil
	}
	return []violation{{"spec: hostnameOverride contradicts hostNetwork", []*tree.Node{network, override}}}
}
