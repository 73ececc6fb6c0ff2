package podsecurity

import (
	"slices"

	"swage.dev/swage/podtemplate/tree"
)

// demands are about values that must be there: those of the level restricted.
func demands(spec *tree.Node) (found []Violation) {
	windows := spec.At("os", "name").Text() == "windows"
	pod := spec.Get("securityContext")
	for _, c := range find(spec, "*") {
		own := c.Get("securityContext")
		lacking := func(what string, fine bool) {
			if !fine {
				found = append(found, Violation{Restricted, c, what})
			}
		}
		lacking("running as root", userNamespace(spec) || inherited(own, pod, "runAsNonRoot").Is(tree.True))
		if windows {
			continue
		}
		lacking("privilege escalation", own.Get("allowPrivilegeEscalation").Is(tree.False))
		lacking("seccomp profiles", goodProfile(inherited(own, pod, "seccompProfile")))
		lacking("capabilities that are not dropped", fewCapabilities(own.Get("capabilities")))
	}
	return found
}

// inherited is a member that a container has of its pod where it says nothing.
func inherited(own, pod *tree.Node, member string) *tree.Node {
	if n := own.Get(member); stated(n) {
		return n
	}
	return pod.Get(member)
}

func fewCapabilities(n *tree.Node) bool {
	texts := func(list *tree.Node) (all []string) {
		for _, element := range list.Elements() {
			all = append(all, element.Text())
		}
		return all
	}
	other := func(name string) bool { return name != "NET_BIND_SERVICE" }
	return slices.Contains(texts(n.Get("drop")), "ALL") && !slices.ContainsFunc(texts(n.Get("add")), other)
}
