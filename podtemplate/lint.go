package podtemplate

import (
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// Disagreements returns a warning for each place where the stronger of two
// templates says something else than the weaker one, located in the weaker:
// what it says there has no effect on a pod that both apply to. Terms of required
// node affinity disagree only where no node can match both.
func Disagreements(weaker, stronger *Template) []Problem {
	var problems []Problem
	for _, role := range []Role{Driver, Executor} {
		for _, weak := range weaker.entriesFor(role) {
			for _, strong := range stronger.entriesFor(role) {
				if role == Executor && weak.source.file != executorEntry && strong.source.file != executorEntry {
					continue // said of drivers already
				}
				problems = append(problems, disagree(weak, strong)...)
			}
		}
	}
	return problems
}

func disagree(weak, strong *entry) []Problem {
	var problems []Problem
	compareParts(weak.parts, strong.parts, nil, func(w, s *part, path []string) {
		message := fmt.Sprintf("%s states another value, and wins where both apply", s.from.label)
		if s.field.Rule.How == schema.And {
			message = fmt.Sprintf("no node can match this and what %s requires: a pod that both apply to stays pending", s.from.label)
		}
		problems = append(problems, weak.source.problem(0, placeOf(w, path), Warning, message))
	})
	return problems
}

// compareParts calls differ for the leaves that two branches both have, with different values.
func compareParts(a, b *part, path []string, differ func(a, b *part, path []string)) {
	for _, kid := range a.kids {
		for _, other := range counterparts(kid, b) {
			below := append(path[:len(path):len(path)], kid.key)
			switch {
			case kid.leaf() && other.leaf():
				if !sameStatement(kid, other) {
					differ(kid, other, below)
				}
			case !kid.leaf() && !other.leaf():
				compareParts(kid, other, below, differ)
			}
		}
	}
}

// counterparts are the parts of b that speak of what kid speaks of. Containers
// have aliases: the Spark container has three names, and * is every one.
func counterparts(kid, b *part) []*part {
	if !kid.element || kid.field.Owner != "PodSpec" || kid.field.Rule.How != schema.Keyed {
		if same := b.kid(kid.key); same != nil {
			return []*part{same}
		}
		return nil
	}
	var same []*part
	for _, other := range kidsOf(b) {
		if kid.key == everyAlias || other.key == everyAlias || containerName(kid.key) == containerName(other.key) {
			same = append(same, other)
		}
	}
	return same
}

func containerName(key string) string {
	if key == containerPrefix+string(Driver) || key == containerPrefix+string(Executor) {
		return sparkAlias
	}
	return key
}

func sameStatement(a, b *part) bool {
	switch {
	case a.field.Rule.How == schema.And:
		return !unsatisfiable(products(a.value, b.value), nil)
	case a.field.Rule.How == schema.Protected, a.field.Owner == "Container" && a.key == "name":
		return true
	case a.union():
		return equalMembers(unionFields(a.field), a.value, b.value)
	case a.element:
		return a.field.Type.Elem.Equal(a.value, b.value)
	default:
		return a.field.Equal(a.value, b.value)
	}
}

func products(a, b *tree.Node) []*tree.Node {
	var both []*tree.Node
	for _, term := range a.Get(nodeSelectorTerms).Elements() {
		for _, other := range b.Get(nodeSelectorTerms).Elements() {
			both = append(both, product(term, other))
		}
	}
	return both
}

// placeOf names a leaf as its template has it: by index where it can be told, else by keys.
func placeOf(p *part, path []string) string {
	if p.value.Parent() != nil {
		return fieldPath(p.value.Pointer())
	}
	escaped := make([]string, len(path))
	for i, key := range path {
		escaped[i] = tree.Escape(key)
	}
	if p.union() {
		escaped[len(escaped)-1] = p.value.Kids()[0].Name()
	}
	return fieldPath("/" + strings.Join(escaped, "/"))
}
