package podtemplate

import "slices"

// targets lists the containers of the merged pod before anything is merged, so
// that "*" reaches also those that other templates add.
func (c *composer) targets(layers []layer) {
	for _, list := range []string{inits, containers} {
		for i := range c.outline.list(list) {
			spark := list == containers && slices.Contains(c.outline.spark, i)
			c.plan.targets = append(c.plan.targets, &target{list: list, index: i, body: &part{}, spark: spark})
		}
	}
	for _, l := range slices.Backward(layers) { // the strongest template that names a new container places it
		for _, root := range l.roots {
			c.place(l, root, containers)
			c.place(l, root, inits)
		}
	}
	for _, l := range layers {
		for _, root := range l.roots {
			c.order(root, containers)
			c.order(root, inits)
		}
	}
}

func (c *composer) place(l layer, root *part, list string) {
	for _, container := range kidsOf(root.at("spec", list)) {
		if c.alias(container.key) || c.placed[container.key] != nil {
			continue
		}
		where := list
		if list == containers && c.sidecar(l.template) {
			where = inits
		}
		if c.inPod(container.key) == nil {
			c.placed[container.key] = &target{list: where, name: container.key, index: absent, body: &part{}}
		}
	}
}

// order lists the new containers as the templates bring them.
func (c *composer) order(root *part, list string) {
	for _, container := range kidsOf(root.at("spec", list)) {
		if t := c.placed[container.key]; t != nil && !slices.Contains(c.added, t) {
			c.added = append(c.added, t)
		}
	}
}

func (c *composer) alias(name string) bool { return name == everyAlias || c.isSpark(name) }

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
