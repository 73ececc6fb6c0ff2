package podtemplate

import (
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// derivedValues are the values in one container that the API server computed
// from others, as they were before that container was merged.
type derivedValues struct {
	pullPolicy bool
	requests   map[string]string // resource: the limit that the request equals
}

func (m *merge) derivedIn(container *tree.Node) derivedValues {
	policy := container.Get("imagePullPolicy").Text()
	d := derivedValues{pullPolicy: policy != "" && policy == schema.PullPolicyOf(container.Get("image").Text())}
	if m.inSpark() {
		return d // Spark always writes request and limit: a request that equals its limit is meant
	}
	for _, request := range container.At("resources", "requests").Kids() {
		limit := container.At("resources", "limits", request.Name())
		if limit != nil && schema.EqualQuantities(request, limit) {
			if d.requests == nil {
				d.requests = map[string]string{}
			}
			d.requests[request.Name()] = limit.JSON()
		}
	}
	return d
}

// deriveIn computes again what was derived from a value that has changed, where no template states it.
func (m *merge) deriveIn(container *tree.Node, t *target, d derivedValues) {
	if image := m.owners[container.Get("image")]; image != nil && d.pullPolicy && t.body.kid("imagePullPolicy") == nil {
		m.derived(container.Get("imagePullPolicy"), tree.NewString(schema.PullPolicyOf(container.Get("image").Text())), image)
	}
	for _, request := range container.At("resources", "requests").Kids() {
		limit := container.At("resources", "limits", request.Name())
		was, ok := d.requests[request.Name()]
		if ok && was != limit.JSON() && t.body.at("resources", "requests").kid(request.Name()) == nil && m.owners[limit] != nil {
			m.derived(request, limit.Clone(), m.owners[limit])
		}
	}
}

// derived puts a computed value in the place of the old one.
func (m *merge) derived(old, value *tree.Node, by *part) {
	if old == nil || tree.Equal(old, value) {
		return
	}
	m.patch.replace(old, value)
	m.record(record{node: value, op: OpReplace, old: old.JSON(), new: value.JSON(), template: by.from.label(), rule: ruleDerived, note: "follows " + by.name})
}

// derive handles what follows fields of the whole pod: host ports without host
// network, and pod-level requests when the containers' requests changed.
func (m *merge) derive(spec *place) {
	hostNetwork := spec.node.Get("hostNetwork")
	if by := m.owners[hostNetwork]; by != nil && m.before.hostNetwork && !hostNetwork.Bool() {
		m.dropHostPorts(spec, by)
	}
	if len(m.before.podRequests) == 0 {
		return
	}
	sum := containerRequests(spec.node)
	for _, request := range spec.node.At("resources", "requests").Kids() {
		want, summed := sum[request.Name()]
		if by := m.anyContainerPart(); by != nil && summed && m.before.podRequests[request.Name()] && m.owners[request] == nil {
			m.derived(request, tree.NewString(want.String()), by)
		}
	}
}

func (m *merge) dropHostPorts(spec *place, by *part) {
	for _, list := range []string{inits, containers} {
		for _, container := range spec.node.Get(list).Elements() {
			for _, port := range container.Get("ports").Elements() {
				host := port.Get("hostPort")
				if host != nil && !host.Fresh() && tree.Equal(host, port.Get("containerPort")) {
					m.drop(host, by, ruleDerived, "follows "+by.name)
				}
			}
		}
	}
}

// anyContainerPart returns a part that states something about resources, to be named as the cause.
func (m *merge) anyContainerPart() (by *part) {
	for _, t := range m.plan.targets {
		t.body.kid("resources").leaves(func(leaf *part) { by = leaf })
	}
	return by
}
