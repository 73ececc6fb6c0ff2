package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// yields tells whether the pod's value at a place is one that the API server
// filled in: nobody chose it, so it gives way to any template.
func (m *merge) yields(p *part, at *place) bool {
	f, have := p.field, at.node
	if have == nil || m.kept(p, at) {
		return false
	}
	if !f.Pointer && f.Type.Zero(have) {
		return true // a zero value is an absent one
	}
	if computed, special := m.computed(f, at); special {
		return computed
	}
	return f.IsDefault(have) && (f.Default.By == schema.APIDefaulting || !m.managed.has("spec", f.Name))
}

// computed judges the fields whose default is no constant: it tells whether the
// value is what the API server computes, and whether the field is one of them.
func (m *merge) computed(f *schema.Field, at *place) (computed, special bool) {
	have := at.node
	switch f.Path() {
	case "Container.imagePullPolicy": // of the old image, or of the merged one: nobody can tell afterwards
		return m.derivedHere.pullPolicy || have.Text() == schema.PullPolicyOf(at.up.node.Get("image").Text()), true
	case "ContainerPort.hostPort":
		return m.before.hostNetwork && tree.Equal(have, at.up.node.Get("containerPort")), true
	case "PodSpec.priorityClassName": // a class that is the cluster's default
		return m.managed.known() && !m.managed.has("spec", "priorityClassName"), true
	}
	return false, false
}

// entryYields: resources that a LimitRange or a limit filled in. A request may
// be derived from the limit as it was or as it is now: the second call sees only the latter.
func (m *merge) entryYields(p *part, at *place) bool {
	if at.node == nil || p.field.Owner != "ResourceRequirements" || m.kept(p, at) {
		return false
	}
	requests := p.field.Name == "requests"
	if m.container == nil {
		return requests && (m.before.podRequests[p.key] || derivedPodRequests(m.root.Get("spec"))[p.key])
	}
	if requests {
		_, derived := m.derivedHere.requests[p.key]
		return derived || m.derivedRequest(at.node, at.up.up.node.At("limits", p.key))
	}
	return m.limitRanger.filled(m.container.list, m.containerName(), p.field.Name, p.key)
}

// itemYields: the tolerations and token mounts that plugins add to every pod,
// and Spark's default scratch volume.
func (m *merge) itemYields(p *part, at *place) bool {
	if m.kept(p, at) {
		return false
	}
	switch p.field.Name {
	case "tolerations":
		return pluginToleration(at.node)
	case "volumes":
		return m.before.scratch[p.key] == defaultScratch
	case "volumeMounts":
		return m.pluginTokenMount(at.node)
	}
	return false
}

// meant tells whether somebody means the value at a place, which therefore
// does not go when the field that it seems to follow changes (by): it is new, or
// a template states it, even if the pod had the same, or the author keeps it.
func (m *merge) meant(at *place, stated, by *part) bool {
	return at.node.Fresh() || m.owner(at.node) != nil || stated != nil || m.kept(by, at)
}

// kept tells whether the pod's author says that the value at a place, or all
// that is in something around it, is meant. Enforced templates do not listen.
func (m *merge) kept(p *part, at *place) bool {
	if len(m.keeps) == 0 || p.from.enforced() {
		return false
	}
	for ; at != nil; at = at.up {
		path := at.path()
		if m.keeps[path] || m.inSpark() && m.keeps[strings.Replace(path, "["+m.containerName()+"]", "["+sparkAlias+"]", 1)] {
			return true
		}
	}
	return false
}

func keepPaths(annotation string) map[string]bool {
	var keeps map[string]bool
	for path := range strings.SplitSeq(annotation, ",") {
		if path = strings.TrimSpace(path); path != "" {
			if keeps == nil {
				keeps = map[string]bool{}
			}
			keeps[path] = true
		}
	}
	return keeps
}
