package podtemplate

import (
	"slices"
	"strconv"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// The names that containers may have in templates besides their own.
const (
	sparkAlias    = "spark" // the Spark container, whatever it is called
	everyAlias    = "*"     // every container and init container
	containers    = "containers"
	inits         = "initContainers"
	restartPolicy = "restart policy" // the union group of a container's restartPolicy
)

// plan is what the selected templates state together about one pod: aliases
// resolved, placeholders filled in, the ladder applied leaf by leaf. Plans are
// cached; nobody changes one.
type plan struct {
	// root has the parts for metadata and spec, but for containers.
	root    *part
	targets []*target
	clashes []clash
	// volumes are those that each template brings: a mount belongs to its template's volume.
	volumes map[*Template]map[string]bool
	size    int
}

// target is one container of the merged pod.
type target struct {
	list  string // containers or initContainers
	name  string // empty for containers that the pod has: they are found by index
	index int    // in the pod's list as read; absent for a new one
	body  *part
	// owner is the template that brings a new container's image; nil if none does.
	owner *source
	// spark tells that this is the (or a) Spark container.
	spark bool
}

const absent = -1

// clash is a container that a template wants in one list while the pod has that name in the other.
type clash struct {
	list       string
	index      int
	part       *part
	from       *source
	resolution Resolution
}

// outline is what a plan depends on in a pod: which containers there are. Two
// pods with the same outline share a plan.
type outline struct {
	containers, inits []string
	sidecars          []int // native sidecars, in inits
	spark             []int // candidates for the Spark container, in containers
}

// key is the outline as part of a cache key.
func (o outline) key() string {
	var b strings.Builder
	for _, list := range [][]string{o.containers, o.inits} {
		for _, name := range list {
			b.WriteString(name)
			b.WriteByte(0)
		}
		b.WriteByte(1)
	}
	for _, indexes := range [][]int{o.sidecars, o.spark} {
		for _, i := range indexes {
			b.WriteString(strconv.Itoa(i))
			b.WriteByte(0)
		}
		b.WriteByte(1)
	}
	return b.String()
}

func (o outline) list(list string) []string {
	if list == inits {
		return o.inits
	}
	return o.containers
}

// composer makes a plan.
type composer struct {
	plan    *plan
	outline outline
	role    Role
	values  values
	native  bool
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

// compose folds the templates, weakest first, into one plan. Problems that
// only filled-in placeholders make (two list elements that become one) are
// returned with the template that has them.
func compose(templates []*Template, role Role, o outline, v values, native bool) (*plan, *located, *Template) {
	c := &composer{
		plan:    &plan{root: &part{}, volumes: map[*Template]map[string]bool{}},
		outline: o, role: role, values: v, native: native, placed: map[string]*target{},
	}
	layers := make([]layer, 0, len(templates))
	for _, t := range templates {
		l, problem := c.layer(t)
		if problem != nil {
			return nil, problem, t
		}
		layers = append(layers, l)
		c.plan.size += t.size
	}
	c.targets(layers)
	for _, l := range layers {
		c.add(l)
	}
	c.finish()
	return c.plan, nil, nil
}

func (c *composer) layer(t *Template) (layer, *located) {
	l := layer{template: t}
	for _, e := range t.entriesFor(c.role) {
		root := e.parts
		if e.uses != 0 {
			filled := e.root.Clone()
			c.values.fillTree(filled)
			compiler := &compiler{from: e.source}
			root = compiler.compile(filled)
			if i := slices.IndexFunc(compiler.problems, func(p located) bool { return p.severity == Error }); i >= 0 {
				return l, &compiler.problems[i]
			}
		}
		l.roots = append(l.roots, root)
	}
	return l, nil
}

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

// container applies one named container of a template to what it means in this pod.
func (c *composer) container(t *Template, list string, p *part) {
	name := p.key
	switch {
	case name == everyAlias:
	case c.isSpark(name):
		c.sparkContainer(t, p)
	case c.inPod(name) != nil:
		c.podContainer(t, list, p, c.inPod(name))
	default:
		c.newContainer(t, list, p)
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
// name in the other list is a conflict about the whole container.
func (c *composer) podContainer(t *Template, list string, p *part, have *target) {
	sidecar := list == containers && have.list == inits && c.sidecar(t)
	if have.list == list || sidecar && slices.Contains(c.outline.sidecars, have.index) {
		overlay(have.body, p)
	} else if resolution := clashResolution(t, sidecar); resolution == Replaced {
		overlay(have.body, p)
		c.plan.clashes = append(c.plan.clashes, clash{have.list, have.index, p, sourceOf(p), resolution})
	} else {
		c.plan.clashes = append(c.plan.clashes, clash{have.list, have.index, p, sourceOf(p), resolution})
		return
	}
	if sidecar {
		overlay(have.body, alwaysRestart(sourceOf(p)))
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

func (c *composer) newContainer(t *Template, list string, p *part) {
	target := c.placed[p.key]
	overlay(target.body, p)
	if target.list == inits && list == containers {
		overlay(target.body, alwaysRestart(sourceOf(p)))
	}
	if image := p.kid("image"); image != nil {
		target.owner = image.from
	}
}

// alwaysRestart makes an init container a native sidecar: it is started before
// the Spark container, and neither keeps a driver from completing nor, since
// Spark 4.0, fails an executor by its exit code.
func alwaysRestart(from *source) *part {
	field := schema.PodTemplate().Field("spec").Type.Field(inits).Type.Elem.Field("restartPolicy")
	value := tree.NewObject()
	value.Set(field.Name, tree.NewString("Always"))
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

func sortFields(p *part) {
	if p.leaf() {
		return
	}
	if !p.list() {
		slices.SortStableFunc(p.kids, func(a, b *part) int {
			if a.element || b.element || a.field == nil || b.field == nil {
				return 0
			}
			return a.field.Order - b.field.Order
		})
	}
	for _, kid := range p.kids {
		sortFields(kid)
	}
}

// overlay puts src on top of dst, leaf by leaf; dst's branches are its own, its leaves are shared.
func overlay(dst, src *part) {
	for _, kid := range src.kids {
		i := slices.IndexFunc(dst.kids, func(p *part) bool { return p.key == kid.key })
		switch {
		case i < 0 || kid.leaf() && kid.field.Rule.How == schema.And && !kid.element:
			dst.kids = append(dst.kids, kid.ownBranches())
		case kid.leaf():
			dst.kids[i] = stronger(dst.kids[i], kid)
		default:
			overlay(dst.kids[i], kid)
		}
	}
}

// stronger returns the leaf that wins: the later one. A contradiction becomes a
// statement where a weaker template already put a value.
func stronger(weak, strong *part) *part {
	if strong.ifPresent && !weak.ifPresent {
		statement := *strong
		statement.ifPresent = false
		return &statement
	}
	return strong
}

func (p *part) ownBranches() *part {
	if p.leaf() {
		return p
	}
	own := *p
	own.kids = make([]*part, len(p.kids))
	for i, kid := range p.kids {
		own.kids[i] = kid.ownBranches()
	}
	return &own
}
