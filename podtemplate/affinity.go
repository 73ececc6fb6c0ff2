package podtemplate

import (
	"swage.dev/swage/podtemplate/tree"
)

// The two lists of requirements that a node selector term has.
var termParts = []string{"matchExpressions", "matchFields"}

const nodeSelectorTerms = "nodeSelectorTerms"

// required merges required node affinity: both sides must hold. Terms are
// alternatives, the requirements in a term all hold, so every term of the pod
// is combined with every term of the template. A term of the pod that already
// contains what some term of the template requires stays as it is; that makes
// the second admission change nothing.
func (m *merge) required(p *part, at *place) {
	want := usableTerms(p.value.Get(nodeSelectorTerms).Elements())
	list := at.node.Get(nodeSelectorTerms)
	terms, changed := combineTerms(list.Elements(), want)
	switch {
	case !changed:
		return
	case m.leftOut(p):
		m.settle(p, at, false)
		return
	case len(terms) > m.limits.NodeSelectorTerms:
		m.tooManyTerms(p, at, len(terms))
		return
	}
	m.writeTerms(p, at, terms)
}

func (m *merge) writeTerms(p *part, at *place, terms []*tree.Node) {
	value := tree.NewArray()
	for _, term := range terms {
		value.Append(term.Clone())
	}
	list := at.child(nodeSelectorTerms)
	op, old := OpAdd, list.node.JSON()
	if list.node != nil {
		op = OpReplace
		m.patch.replace(list.node, value)
	} else {
		m.patch.put(m.object(at), nodeSelectorTerms, value)
	}
	m.own(value, p)
	m.record(record{node: value, op: op, old: old, new: value.JSON(), template: p.from.label, rule: p.field.Path()})
}

func (m *merge) tooManyTerms(p *part, at *place, terms int) {
	resolution := Kept
	if p.from.policy() == Reject || p.from.enforced() {
		resolution = Rejected
	}
	m.unmet(p, at, p.field.Path(), resolution, "more node selector terms than allowed")
	if resolution == Kept {
		m.warn("required node affinity of template %s left out: %d terms, the limit is %d", p.from.template, terms, m.limits.NodeSelectorTerms)
	}
}

// usableTerms drops empty terms, which match no node, but for one if all are empty.
func usableTerms(terms []*tree.Node) []*tree.Node {
	var usable []*tree.Node
	for _, term := range terms {
		if requirements(term) > 0 {
			usable = append(usable, term)
		}
	}
	if len(usable) == 0 && len(terms) > 0 {
		return terms[:1]
	}
	return usable
}

func requirements(term *tree.Node) int {
	n := 0
	for _, name := range termParts {
		n += term.Get(name).Len()
	}
	return n
}

// combineTerms returns the terms that hold when both sides do, and whether that differs from the pod's.
func combineTerms(have, want []*tree.Node) (terms []*tree.Node, changed bool) {
	if len(have) == 0 {
		return want, len(want) > 0
	}
	usable := usableTerms(have)
	if requirements(usable[0]) == 0 || len(want) > 0 && requirements(want[0]) == 0 {
		nothing := []*tree.Node{tree.NewObject()} // one side matches no node: neither does the result
		return nothing, len(have) != 1 || requirements(have[0]) > 0
	}
	for _, term := range usable {
		if len(want) == 0 || containsAny(term, want) {
			terms = append(terms, term)
			continue
		}
		changed = true
		for _, other := range want {
			terms = append(terms, product(term, other))
		}
	}
	return terms, changed || len(usable) != len(have)
}

func containsAny(term *tree.Node, want []*tree.Node) bool {
	for _, other := range want {
		if containsTerm(term, other) {
			return true
		}
	}
	return false
}

func containsTerm(term, other *tree.Node) bool {
	for _, name := range termParts {
		for _, requirement := range other.Get(name).Elements() {
			if !hasRequirement(term.Get(name), requirement) {
				return false
			}
		}
	}
	return true
}

func hasRequirement(list, requirement *tree.Node) bool {
	for _, have := range list.Elements() {
		if sameRequirement(have, requirement) {
			return true
		}
	}
	return false
}

// sameRequirement compares values as a set: their order means nothing.
func sameRequirement(a, b *tree.Node) bool {
	if a.Get("key").Text() != b.Get("key").Text() || a.Get("operator").Text() != b.Get("operator").Text() {
		return false
	}
	return subset(a.Get("values"), b.Get("values")) && subset(b.Get("values"), a.Get("values"))
}

func subset(a, b *tree.Node) bool {
	for _, value := range a.Elements() {
		if !hasText(b, value.Text()) {
			return false
		}
	}
	return true
}

func hasText(list *tree.Node, text string) bool {
	for _, value := range list.Elements() {
		if value.Text() == text {
			return true
		}
	}
	return false
}

// product is the term that holds where both terms hold.
func product(term, other *tree.Node) *tree.Node {
	both := term.Clone()
	for _, name := range termParts {
		for _, requirement := range other.Get(name).Elements() {
			list := both.Get(name)
			if list.Is(tree.Null) || list == nil {
				list = tree.NewArray()
				both.Set(name, list)
			}
			if !hasRequirement(list, requirement) {
				list.Append(requirement.Clone())
			}
		}
	}
	return both
}
