package podtemplate

import (
	"fmt"
	"slices"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// composer makes a plan.
type composer struct {
	plan    *plan
	outline outline
	role    Role
	values  values
	native  bool
	// wanted maps the name of a container to the list in which the strongest template wants it.
	wanted map[string]string
	// sidecarBy maps the name of a container to the strongest template that makes it a native sidecar.
	sidecarBy map[string]*Template
	// always has the init containers, and perhaps "*", that templates make native sidecars by their own words.
	always map[string]bool
	// placed maps the name of a new container to its target: one name, one container.
	placed map[string]*target
	// added are the same targets, weakest template first.
	added []*target
}

// layer is one template's entries with their placeholders filled in.
type layer struct {
	template *Template
	roots    []*part
}

// compose folds the templates, weakest first, into one plan. A template is
// broken for a pod when only its filled-in placeholders make a problem, such as
// two list elements that become one.
func compose(templates []*Template, role Role, o outline, v values, native bool) (*plan, *denial) {
	c := &composer{
		plan:    &plan{root: &part{}, volumes: map[*Template]map[string]bool{}},
		outline: o, role: role, values: v, native: native, wanted: map[string]string{}, sidecarBy: map[string]*Template{}, always: map[string]bool{}, placed: map[string]*target{},
	}
	layers := make([]layer, 0, len(templates))
	for _, t := range templates {
		l, refusal := c.layer(t)
		if refusal != nil {
			return nil, refusal
		}
		layers = append(layers, l)
		c.plan.size += t.size
	}
	c.targets(layers)
	for _, l := range layers {
		c.add(l)
	}
	c.finish()
	return c.plan, nil
}

func (c *composer) layer(t *Template) (layer, *denial) {
	l := layer{template: t}
	for _, e := range t.entriesFor(c.role) {
		root := e.parts
		if e.uses != 0 {
			filled, refusal := c.fill(t, e)
			if refusal != nil {
				return l, refusal
			}
			root = filled
		}
		l.roots = append(l.roots, root)
	}
	return l, nil
}

// fill compiles an entry again, with its placeholders filled in.
func (c *composer) fill(t *Template, e *entry) (*part, *denial) {
	filled := e.root.Clone()
	c.values.fillTree(filled)
	compiler := &compiler{from: e.source}
	root := compiler.compile(filled)
	for _, p := range compiler.problems {
		if p.severity == Error {
			reason := fmt.Sprintf("template %s: %s, with its placeholders filled in: %s", t.Ref, fieldPath(p.at.Pointer()), p.message)
			return nil, &denial{verdict: DeniedBrokenTemplate, reason: reason, broken: t}
		}
	}
	return root, nil
}

// add puts one template on top of the plan.
func (c *composer) add(l layer) {
	c.plan.volumes[l.template] = volumesOf(l.roots)
	for _, root := range l.roots {
		if l.template.Mode == Enforced {
			c.contradict(root)
		}
	}
	for _, root := range l.roots {
		c.every(root)
	}
	for _, root := range l.roots {
		overlay(c.plan.root, withoutContainers(root))
		for _, list := range []string{inits, containers} {
			for _, container := range kidsOf(root.at("spec", list)) {
				c.container(l.template, list, container)
			}
		}
	}
}

// container applies one named container of a template to what it means in this pod.
func (c *composer) container(t *Template, list string, p *part) {
	name := p.key
	switch {
	case name == everyAlias, c.ofOtherRole(name) && c.inPod(name) == nil:
	case c.isSpark(name):
		c.sparkContainer(t, p)
	case c.inPod(name) != nil:
		c.podContainer(t, list, p, c.inPod(name))
	default:
		c.newContainer(list, p)
	}
}

// sparkContainer: with more than one candidate, enforced parts go to all, others to the first.
func (c *composer) sparkContainer(t *Template, p *part) {
	for _, target := range c.plan.targets {
		if target.spark {
			overlay(target.body, p)
			if t.Mode != Enforced {
				return
			}
		}
	}
}

// podContainer: a template's additional container that is already in the pod as
// a native sidecar is ours, or as good as ours; any other container of that
// name in the other list is a conflict about the whole container. Where the
// strongest template wants it where it is, weaker ones follow: between
// templates the ladder decides, and this may be what it decided in the first
// admission.
func (c *composer) podContainer(t *Template, list string, p *part, have *target) {
	if p.kid("image") == nil { // it only patches, wherever the container is
		overlay(have.body, p)
		return
	}
	sidecar, decides := list == containers && have.list == inits && c.sidecar(t), t
	if sidecar {
		decides = c.sidecarBy[p.key]
	}
	if resolution := clashResolution(decides, sidecar); !c.fits(list, p.key, have, sidecar) {
		if resolution != Replaced || decides == t {
			c.plan.clashes = append(c.plan.clashes, clash{have.list, have.index, p, sourceOf(p), resolution})
		}
		if resolution != Replaced {
			return
		}
	}
	overlay(have.body, p)
	if sidecar {
		overlay(have.body, alwaysRestart(sourceOf(p)))
	}
}

// fits tells whether the pod has the container where the template wants it.
func (c *composer) fits(list, name string, have *target, sidecar bool) bool {
	switch {
	case have.list == list:
		return true
	case sidecar:
		return c.isSidecar(name, have)
	default:
		return c.wanted[name] == have.list
	}
}

// clashResolution: an init container can be made a sidecar in its place; no container can change lists.
func clashResolution(t *Template, sidecar bool) Resolution {
	switch {
	case t.OnConflict == Reject, t.Mode == Enforced && !sidecar:
		return Rejected
	case t.OnConflict == Replace && sidecar:
		return Replaced
	default:
		return Kept
	}
}

func (c *composer) newContainer(list string, p *part) {
	target := c.placed[p.key]
	overlay(target.body, p)
	image := p.kid("image")
	if image == nil {
		return // it only patches what another template brings
	}
	target.owner = image.from
	if target.list == inits && list == containers && !statesAlways(target.body) {
		overlay(target.body, alwaysRestart(sourceOf(p)))
	}
}

// alwaysRestart makes an init container a native sidecar: it is started before
// the Spark container, and neither keeps a driver from completing nor, since
// Spark 4.0, fails an executor by its exit code.
func alwaysRestart(from *source) *part {
	field := schema.PodTemplate().Field("spec").Type.Field(inits).Type.Elem.Field("restartPolicy")
	value := tree.NewObject()
	value.Set(field.Name, tree.NewString(restartAlways))
	return &part{kids: []*part{{key: restartPolicy, name: field.Name, field: field, value: value, from: from}}}
}

// sourceOf returns where a container's entry comes from: all its leaves share it.
func sourceOf(p *part) (from *source) {
	p.leaves(func(leaf *part) { from = leaf.from })
	return from
}

// finish orders what was gathered: fields in the order in which they merge,
// new containers behind the pod's in the order in which templates brought them.
func (c *composer) finish() {
	sortFields(c.plan.root)
	c.plan.targets = append(c.plan.targets, c.added...)
	for _, t := range c.plan.targets {
		t.body.kids = slices.DeleteFunc(t.body.kids, func(p *part) bool { return p.key == "name" })
		sortFields(t.body)
	}
}
