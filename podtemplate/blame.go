package podtemplate

import (
	"maps"
	"slices"

	"swage.dev/swage/podtemplate/tree"
)

// statement is a part where it is stated: a part of the container "*" is a statement of its own in each container.
type statement struct {
	part      *part
	container *target // nil outside containers
}

// here is the statement of a part in the container that is being merged.
func (m *merge) here(p *part) statement { return statement{p, m.container} }

// owned is a node with the statement that wrote it.
type owned struct {
	node *tree.Node
	by   statement
}

// own remembers which part wrote a node.
func (m *merge) own(node *tree.Node, p *part) { m.owners = append(m.owners, owned{node, m.here(p)}) }

// owner returns the part that wrote a node, nil if none did.
func (m *merge) owner(node *tree.Node) *part { return m.writer(node).part }

// writer returns the statement that wrote a node. It looks at all of them: most
// pods never ask, and none has many.
func (m *merge) writer(node *tree.Node) statement {
	if node == nil {
		return statement{}
	}
	for _, o := range slices.Backward(m.owners) {
		if o.node == node {
			return o.by
		}
	}
	return statement{}
}

// leftOut tells whether an earlier attempt with this part made an invalid pod.
func (m *merge) leftOut(p *part) bool {
	_, dropped := m.dropped[m.here(p)]
	return dropped
}

func (m *merge) noteLeftOut(p *part, at *place, reason string) {
	m.unmet(p, at, ruleInvalid, Kept, reason)
	m.warn("left out of template %s: %s", p.from.template, reason)
}

// check compares the rules that the merged pod breaks with those that the pod
// broke before. New ones are laid to the statements that wrote the values:
// those of keep templates are left out in another round (again is true), for
// others the pod is denied.
func (m *merge) check(p *Pod) (again bool) {
	found := violations(m.root.Get("spec"))
	if len(found) == 0 {
		return false
	}
	old := map[string]bool{}
	for _, v := range violations(p.document().Get("spec")) {
		old[v.id] = true
	}
	guilty := map[statement]string{}
	for _, v := range found {
		if old[v.id] {
			continue
		}
		if !m.blame(v, guilty) {
			m.invalid("%s", v.id)
		}
	}
	maps.Copy(m.dropped, guilty)
	return len(guilty) > 0 && m.invalidity == ""
}

// blame adds the statements that broke a rule to the guilty, if all of them
// give way to the pod. One statement may break several rules.
func (m *merge) blame(v violation, guilty map[statement]string) bool {
	blamed := m.blamed(v)
	for _, s := range blamed {
		if s.part.from.policy() != Keep || m.dropped[s] != "" {
			return false
		}
	}
	for _, s := range blamed {
		if guilty[s] == "" {
			guilty[s] = v.id
		}
	}
	return len(blamed) > 0
}

// blamed returns the statements that wrote the values that break a rule, or something that holds them.
func (m *merge) blamed(v violation) []statement {
	var blamed []statement
	for _, node := range v.nodes {
		for ; node != nil; node = node.Parent() {
			if s := m.writer(node); s.part != nil {
				if !slices.Contains(blamed, s) {
					blamed = append(blamed, s)
				}
				break
			}
		}
	}
	return blamed
}
