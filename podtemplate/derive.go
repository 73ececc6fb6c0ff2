package podtemplate

import (
	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// derivedValues are the values in one container that the API server computed
// from others, as they were before that container was merged.
type derivedValues struct {
	pullPolicy bool
	// requests are those that follow a limit, with the limit's text, "" where there was none.
	requests map[string]string
}

func (m *merge) derivedIn(container *tree.Node) derivedValues {
	policy := container.Get("imagePullPolicy").Text()
	d := derivedValues{pullPolicy: policy != "" && policy == schema.PullPolicyOf(container.Get("image").Text())}
	for _, request := range container.At("resources", "requests").Kids() {
		limit := container.At("resources", "limits", request.Name())
		if !m.derivedRequest(request, limit) {
			continue
		}
		if d.requests == nil {
			d.requests = map[string]string{}
		}
		d.requests[request.Name()] = limit.JSON()
	}
	return d
}

// derivedRequest tells whether the API server computed a request of the
// container that is being merged: a LimitRange's, or one that equals its limit.
// In the Spark container the latter is Spark's, which writes both, but not for
// resources whose request can be nothing else than the limit.
func (m *merge) derivedRequest(request, limit *tree.Node) bool {
	if m.limitRanger.filled(m.container.list, m.containerName(), "requests", request.Name()) {
		return true
	}
	if limit == nil || m.inSpark() && overcommitted(request.Name()) {
		return false
	}
	return schema.EqualQuantities(request, limit)
}

// deriveIn computes again what was derived from a value that has changed, where
// no template states it and the author does not mean it.
func (m *merge) deriveIn(at *place, t *target) {
	policy := at.child("imagePullPolicy")
	image := at.node.Get("image")
	if by := m.owner(image); by != nil && m.derivedHere.pullPolicy && !m.meant(policy, t.body.kid("imagePullPolicy"), by) {
		m.derived(policy.node, tree.NewString(schema.PullPolicyOf(image.Text())), by)
	}
	requests := at.child("resources").child("requests")
	for _, request := range requests.node.Kids() {
		limit := at.node.At("resources", "limits", request.Name())
		was, ok := m.derivedHere.requests[request.Name()]
		by := m.owner(limit)
		if !ok || was == limit.JSON() || by == nil {
			continue
		}
		if stated := t.body.at("resources", "requests", request.Name()); !m.meant(requests.child(request.Name()), stated, by) {
			m.derived(request, limit.Clone(), by)
		}
	}
}

// derived puts a computed value in the place of the old one.
func (m *merge) derived(old, value *tree.Node, by *part) {
	if old == nil || tree.Equal(old, value) {
		return
	}
	m.patch.replace(old, value)
	m.record(record{node: value, op: OpReplace, old: old.JSON(), new: value.JSON(), template: by.from.label, rule: ruleDerived, note: "follows " + by.name})
}

// derive handles what follows fields of the whole pod: host ports without host
// network, and pod-level requests when the containers' requests changed.
func (m *merge) derive(spec *place) {
	hostNetwork := spec.node.Get("hostNetwork")
	if by := m.owner(hostNetwork); by != nil && m.before.hostNetwork && !hostNetwork.Bool() {
		m.dropHostPorts(spec, by)
	}
	if len(m.before.podRequests) > 0 {
		m.derivePodRequests(spec)
	}
}

// derivePodRequests computes the pod-level requests again that were the
// containers' together, or else the pod-level limit.
func (m *merge) derivePodRequests(spec *place) {
	resources, requests := spec.node.Get("resources"), spec.child("resources").child("requests")
	sum := containerRequests(spec.node)
	for _, request := range requests.node.Kids() {
		if !m.before.podRequests[request.Name()] {
			continue
		}
		value := resources.At("limits", request.Name())
		by := m.owner(value)
		if want, summed := sum[request.Name()]; summed {
			value, by = tree.NewString(want.String()), m.anyContainerPart()
		}
		at, stated := requests.child(request.Name()), m.plan.root.at("spec", "resources", "requests").kid(request.Name())
		if by != nil && !schema.EqualQuantities(request, value) && !m.meant(at, stated, by) {
			m.derived(request, value.Clone(), by)
		}
	}
}

func (m *merge) dropHostPorts(spec *place, by *part) {
	for _, t := range m.plan.targets {
		if t.index == absent {
			continue
		}
		m.container = t
		list := spec.child(t.list)
		container := m.original(list.node, t.index)
		ports := list.element(container.Get("name").Text(), container).child("ports")
		for _, port := range ports.node.Elements() {
			m.dropHostPort(ports, port, t.body.kid("ports"), by)
		}
	}
	m.container = nil
}

func (m *merge) dropHostPort(ports *place, port *tree.Node, stated, by *part) {
	key, _ := elementKey(portsField(), port)
	at := ports.element(key, port).child("hostPort")
	if at.node == nil || !tree.Equal(at.node, port.Get("containerPort")) {
		return
	}
	if !m.meant(at, stated.kid(key).kid("hostPort"), by) {
		m.drop(at.node, by, ruleDerived, "follows "+by.name)
	}
}

// anyContainerPart returns a part that states something about resources, to be named as the cause.
func (m *merge) anyContainerPart() (by *part) {
	for _, t := range m.plan.targets {
		t.body.kid("resources").leaves(func(leaf *part) { by = leaf })
	}
	return by
}
