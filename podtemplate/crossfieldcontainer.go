package podtemplate

import (
	"fmt"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// containerPath is where a container is, for messages: nearly all pods need none.
type containerPath struct {
	list      string
	container *tree.Node
}

func (p containerPath) String() string {
	return fmt.Sprintf("spec.%s[%s]", p.list, p.container.Get("name").Text())
}

func eachContainer(spec *tree.Node, visit func(where containerPath, container *tree.Node)) {
	for _, list := range []string{inits, containers} {
		for _, container := range spec.Get(list).Elements() {
			visit(containerPath{list, container}, container)
		}
	}
}

func requestsAboveLimits(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, request := range container.At("resources", "requests").Kids() {
			limit := container.At("resources", "limits", request.Name())
			switch {
			case limit != nil && above(request, limit):
				found = append(found, violation{fmt.Sprintf("%s.resources: the request of %s is above its limit", where, request.Name()), []*tree.Node{request, limit}})
			case !overcommitted(request.Name()) && !schema.EqualQuantities(request, limit):
				found = append(found, violation{fmt.Sprintf("%s.resources: the request of %s must equal its limit", where, request.Name()), []*tree.Node{request, limit}})
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

func escalation(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		context := container.Get("securityContext")
		forbids := context.Get("allowPrivilegeEscalation")
		if !forbids.Is(tree.False) {
			return
		}
		if privileged := context.Get("privileged"); privileged.Bool() {
			found = append(found, violation{where.String() + ".securityContext: privileged contradicts allowPrivilegeEscalation false", []*tree.Node{privileged, forbids}})
		}
		for _, capability := range context.At("capabilities", "add").Elements() {
			if capability.Text() == "CAP_SYS_ADMIN" {
				found = append(found, violation{where.String() + ".securityContext: CAP_SYS_ADMIN contradicts allowPrivilegeEscalation false", []*tree.Node{capability, forbids}})
			}
		}
	})
	return found
}

// initHooks: what ends before others start has no probes and no hooks.
func initHooks(spec *tree.Node) (found []violation) {
	for _, container := range spec.Get(inits).Elements() {
		if restartsAlways(container) {
			continue
		}
		for _, name := range []string{"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"} {
			for _, hook := range container.Get(name).Kids() {
				id := fmt.Sprintf("spec.%s[%s]: an init container that is no sidecar has no %s", inits, container.Get("name").Text(), name)
				found = append(found, violation{id, leaves(hook)})
			}
		}
	}
	return found
}

// resizeRestarts: a container is restarted to resize it only where the pod restarts containers at all.
func resizeRestarts(spec *tree.Node) (found []violation) {
	policy := spec.Get("restartPolicy")
	if policy.Text() != "Never" {
		return nil
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, resize := range container.Get("resizePolicy").Elements() {
			if resize.Get("restartPolicy").Text() == "RestartContainer" {
				id := fmt.Sprintf("%s.resizePolicy: %s cannot restart the container, the pod's restartPolicy is Never", where, resize.Get("resourceName").Text())
				found = append(found, violation{id, []*tree.Node{resize, policy}})
			}
		}
	})
	return found
}

// overlappingClaims: a container takes a claim whole or some of its requests.
func overlappingClaims(spec *tree.Node) (found []violation) {
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		claims := container.At("resources", "claims").Elements()
		for _, whole := range claims {
			for _, part := range claims {
				name := whole.Get("name").Text()
				if name == part.Get("name").Text() && whole.Get("request").Text() == "" && part.Get("request").Text() != "" {
					id := fmt.Sprintf("%s.resources.claims: %q is claimed as a whole and in part", where, name)
					found = append(found, violation{id, []*tree.Node{whole, part}})
				}
			}
		}
	})
	return found
}

// longSleeps: a hook that sleeps may not outlast the pod's grace period.
func longSleeps(spec *tree.Node) (found []violation) {
	grace := spec.Get("terminationGracePeriodSeconds")
	most, stated := grace.Int()
	if !stated {
		most = 30 // as the API server fills it in
	}
	eachContainer(spec, func(where containerPath, container *tree.Node) {
		for _, hook := range container.Get("lifecycle").Kids() {
			sleep := hook.At("sleep", "seconds")
			if seconds, _ := sleep.Int(); seconds > most {
				id := fmt.Sprintf("%s.lifecycle.%s: it sleeps longer than the pod's terminationGracePeriodSeconds", where, hook.Name())
				found = append(found, violation{id, []*tree.Node{sleep, grace}})
			}
		}
	})
	return found
}

// leaves returns the scalars at or below a node.
func leaves(n *tree.Node) []*tree.Node {
	if n.Len() == 0 {
		return []*tree.Node{n}
	}
	var found []*tree.Node
	for _, kid := range n.Kids() {
		found = append(found, leaves(kid)...)
	}
	return found
}
