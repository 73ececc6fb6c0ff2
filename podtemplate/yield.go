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
	switch f.Path() {
	case "Container.imagePullPolicy":
		return have.Text() == schema.PullPolicyOf(at.up.node.Get("image").Text())
	case "ContainerPort.hostPort":
		return m.before.hostNetwork && tree.Equal(have, at.up.node.Get("containerPort"))
	case "PodSpec.priorityClassName":
		return m.managed.known() && !m.managed.has("spec", "priorityClassName") // a class that is the cluster's default
	}
	if !f.IsDefault(have) {
		return false
	}
	return f.Default.By == schema.APIDefaulting || !m.managed.has("spec", f.Name)
}

// entryYields: resources that a LimitRange or a limit filled in. In the Spark
// container a request that equals its limit is Spark's: it always writes both.
func (m *merge) entryYields(p *part, at *place) bool {
	if at.node == nil || p.field.Owner != "ResourceRequirements" || m.kept(p, at) {
		return false
	}
	if m.container == nil {
		return m.before.podRequests[p.key] && p.field.Name == "requests"
	}
	if m.limitRanger.filled(m.container.list, m.containerName(), p.field.Name, p.key) {
		return true
	}
	if p.field.Name != "requests" || m.inSpark() {
		return false
	}
	return p.field.Type.Elem.Equal(at.node, at.up.up.node.At("limits", p.key))
}

// itemYields: the tolerations that a plugin adds to every pod, and Spark's default scratch volume.
func (m *merge) itemYields(p *part, have *tree.Node) bool {
	switch p.field.Name {
	case "tolerations":
		return m.pluginToleration(have)
	case "volumes":
		return m.before.scratch[p.key] == defaultScratch
	}
	return false
}

// kept tells whether the pod's author says that the value at a place is meant. Enforced templates do not listen.
func (m *merge) kept(p *part, at *place) bool {
	if len(m.keeps) == 0 || p.from.enforced() {
		return false
	}
	path := at.path()
	return m.keeps[path] || m.inSpark() && m.keeps[strings.Replace(path, "["+m.containerName()+"]", "["+sparkAlias+"]", 1)]
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
