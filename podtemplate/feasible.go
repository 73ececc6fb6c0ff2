package podtemplate

import (
	"math"
	"slices"
	"strconv"

	"swage.dev/swage/podtemplate/tree"
)

// demand is what node selector terms ask of one label, or field, of a node.
type demand struct {
	allowed []string // by In; nil: any
	banned  []string // by NotIn
	exists  bool
	absent  bool
	above   int64 // by Gt
	below   int64 // by Lt
}

// unsatisfiable tells whether no node can match any of the terms together with
// a nodeSelector. It looks at each label by itself, and at no cluster: what it
// says is certain, what it does not say may be so all the same.
func unsatisfiable(terms []*tree.Node, selector *tree.Node) bool {
	for _, term := range terms {
		if satisfiable(term, selector) {
			return false
		}
	}
	return len(terms) > 0
}

func satisfiable(term, selector *tree.Node) bool {
	if requirements(term) == 0 {
		return false // an empty term matches no node
	}
	demands := map[string]*demand{}
	of := func(key string) *demand {
		if demands[key] == nil {
			demands[key] = &demand{above: math.MinInt64, below: math.MaxInt64}
		}
		return demands[key]
	}
	for _, kid := range selector.Kids() {
		of(kid.Name()).in([]string{kid.Text()})
	}
	for _, part := range termParts {
		for _, requirement := range term.Get(part).Elements() {
			key := requirement.Get("key").Text()
			if part == "matchFields" {
				key = "field " + key // no label is called so
			}
			of(key).and(requirement)
		}
	}
	for _, d := range demands {
		if !d.possible() {
			return false
		}
	}
	return true
}

// and adds one requirement of a node selector term.
func (d *demand) and(requirement *tree.Node) {
	values := textsOf(requirement.Get("values"))
	switch requirement.Get("operator").Text() {
	case "In":
		d.in(values)
	case "NotIn":
		d.banned = append(d.banned, values...)
	case "Exists":
		d.exists = true
	case "DoesNotExist":
		d.absent = true
	case "Gt":
		d.exists = true
		if n, ok := bound(values); ok {
			d.above = max(d.above, n)
		}
	case "Lt":
		d.exists = true
		if n, ok := bound(values); ok {
			d.below = min(d.below, n)
		}
	}
}

func (d *demand) in(values []string) {
	d.exists = true
	if d.allowed == nil {
		d.allowed = append([]string{}, values...)
		return
	}
	d.allowed = slices.DeleteFunc(d.allowed, func(v string) bool { return !slices.Contains(values, v) })
}

func (d *demand) possible() bool {
	switch {
	case d.absent:
		return !d.exists
	case d.allowed != nil:
		return slices.ContainsFunc(d.allowed, d.permits)
	default:
		return d.above < math.MaxInt64 && d.above+1 < d.below
	}
}

func (d *demand) permits(value string) bool {
	if slices.Contains(d.banned, value) {
		return false
	}
	if d.above == math.MinInt64 && d.below == math.MaxInt64 {
		return true
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && d.above < n && n < d.below
}

func bound(values []string) (int64, bool) {
	if len(values) != 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(values[0], 10, 64)
	return n, err == nil
}

func textsOf(list *tree.Node) []string {
	all := make([]string, 0, list.Len())
	for _, value := range list.Elements() {
		all = append(all, value.Text())
	}
	return all
}

// placement warns of a pod that no node can take, where this call had a part in that.
func (m *merge) placement() {
	spec := m.root.Get("spec")
	terms := spec.At("affinity", "nodeAffinity", requiredAffinity, nodeSelectorTerms)
	by := m.owner(terms)
	for _, entry := range spec.Get("nodeSelector").Kids() {
		if by == nil {
			by = m.owner(entry)
		}
	}
	if by != nil && unsatisfiable(terms.Elements(), spec.Get("nodeSelector")) {
		m.warn("no node can satisfy what the pod and template %s require in node affinity and nodeSelector", by.from.template)
	}
}

const requiredAffinity = "requiredDuringSchedulingIgnoredDuringExecution"
