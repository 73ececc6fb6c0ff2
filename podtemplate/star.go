package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/schema"
)

func volumesOf(roots []*part) map[string]bool {
	names := map[string]bool{}
	for _, root := range roots {
		for _, volume := range kidsOf(root.at("spec", "volumes")) {
			names[volume.key] = true
		}
	}
	return names
}

// every applies the container "*" to all containers.
func (c *composer) every(root *part) {
	for _, list := range []string{inits, containers} {
		star := root.at("spec", list).kid(everyAlias)
		if star == nil {
			continue
		}
		for _, t := range c.plan.targets {
			overlay(t.body, star)
		}
		for _, t := range c.added {
			overlay(t.body, star)
		}
	}
}

// contradict makes an enforced template's pod-level securityContext meet what
// containers say for themselves: there the kubelet listens to the container.
func (c *composer) contradict(root *part) {
	context := root.at("spec", "securityContext")
	if context == nil {
		return
	}
	field := schema.PodTemplate().Field("spec").Type.Field(containers).Type.Elem.Field("securityContext")
	body := &part{kids: []*part{{key: field.Name, name: field.Name, field: field, kids: contradictions(field.Type, context.kids)}}}
	for _, t := range c.plan.targets {
		overlay(t.body, body)
	}
	for _, t := range c.added {
		overlay(t.body, body)
	}
}

func contradictions(t *schema.Type, kids []*part) []*part {
	var same []*part
	for _, kid := range kids {
		field := t.Field(kid.name)
		if field == nil {
			continue // fsGroup and the like exist for pods only
		}
		twin := *kid
		twin.field = field
		twin.ifPresent = kid.leaf()
		twin.kids = contradictions(field.Type, kid.kids)
		same = append(same, &twin)
	}
	return same
}

func withoutContainers(root *part) *part {
	top := &part{}
	for _, kid := range root.kids {
		if kid.name == "spec" {
			spec := *kid
			spec.kids = slices.DeleteFunc(slices.Clone(kid.kids), func(p *part) bool { return p.name == containers || p.name == inits })
			kid = &spec
		}
		top.kids = append(top.kids, kid)
	}
	return top
}
