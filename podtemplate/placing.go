package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/tree"
)

// targets lists the containers of the merged pod before anything is merged, so
// that "*" reaches also those that other templates add.
func (c *composer) targets(layers []layer) {
	for _, list := range []string{inits, containers} {
		for i := range c.outline.list(list) {
			spark := list == containers && slices.Contains(c.outline.spark, i)
			c.plan.targets = append(c.plan.targets, &target{list: list, index: i, body: &part{}, spark: spark})
		}
	}
	// The strongest template that brings a container's image places it; what only patches it goes where it is.
	for _, images := range []bool{true, false} {
		for _, l := range slices.Backward(layers) {
			for _, root := range slices.Backward(l.roots) { // in one template the entry for the role is the stronger
				c.locate(l, root, containers, images)
				c.locate(l, root, inits, images)
			}
		}
	}
	for _, l := range layers {
		for _, root := range l.roots {
			c.order(root, containers)
			c.order(root, inits)
		}
	}
}

// locate notes where the containers of one entry go: of those with an image, or of those without.
func (c *composer) locate(l layer, root *part, list string, images bool) {
	for _, container := range kidsOf(root.at("spec", list)) {
		if images != (container.kid("image") != nil) {
			continue
		}
		where := list
		if list == containers && c.sidecar(l.template) {
			where = inits
			if c.sidecarBy[container.key] == nil {
				c.sidecarBy[container.key] = l.template
			}
		}
		if (list == inits || container.key == everyAlias) && statesAlways(container) {
			c.always[container.key] = true
		}
		if c.alias(container.key) || c.wanted[container.key] != "" {
			continue
		}
		c.wanted[container.key] = where
		if c.inPod(container.key) == nil {
			c.placed[container.key] = &target{list: where, name: container.key, index: absent, body: &part{}}
		}
	}
}

// restartsAlways tells whether an init container is a native sidecar.
func restartsAlways(container *tree.Node) bool {
	return container.Get("restartPolicy").Text() == restartAlways
}

// restartAlways is the restartPolicy that makes an init container a native sidecar.
const restartAlways = "Always"

// statesAlways tells whether a template's container says itself that it is a native sidecar.
func statesAlways(container *part) bool {
	restart := container.kid(restartPolicy)
	return restart != nil && restartsAlways(restart.value)
}

// isSidecar tells whether an init container of the pod is a native sidecar when all is merged.
func (c *composer) isSidecar(name string, have *target) bool {
	return slices.Contains(c.outline.sidecars, have.index) || c.always[name] || c.always[everyAlias]
}

// order lists the new containers as the templates bring them.
func (c *composer) order(root *part, list string) {
	for _, container := range kidsOf(root.at("spec", list)) {
		if t := c.placed[container.key]; t != nil && !slices.Contains(c.added, t) {
			c.added = append(c.added, t)
		}
	}
}

// alias tells whether a name stands for containers of the pod, whatever they are called.
func (c *composer) alias(name string) bool {
	return name == everyAlias || c.isSpark(name) || c.ofOtherRole(name)
}

// ofOtherRole tells whether a name is that of the other role's Spark container:
// in a template for both roles it means nothing in this pod.
func (c *composer) ofOtherRole(name string) bool {
	return !c.isSpark(name) && (name == containerPrefix+string(Driver) || name == containerPrefix+string(Executor))
}

func (c *composer) isSpark(name string) bool {
	return name == sparkAlias || name == containerPrefix+string(c.role)
}

// sidecar tells whether a template's additional containers become native sidecars.
func (c *composer) sidecar(t *Template) bool { return c.native && t.nativeSidecars }

// inPod returns the pod's own container of that name, from whichever list.
func (c *composer) inPod(name string) *target {
	for _, t := range c.plan.targets {
		if t.index != absent && c.outline.list(t.list)[t.index] == name {
			return t
		}
	}
	return nil
}
