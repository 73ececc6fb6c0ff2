package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/schema"
)

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
	if dst.list() && dst.field.Path() == portsPath {
		dst.kids = withoutNamesakes(dst.kids, src.kids)
	}
}

const portsPath = "Container.ports"

// withoutNamesakes leaves out the ports of weaker templates that have another
// port's name: names are unique in a container, and the stronger template's
// port stands.
func withoutNamesakes(all, strong []*part) []*part {
	return slices.DeleteFunc(all, func(weak *part) bool {
		return slices.ContainsFunc(strong, func(p *part) bool {
			return p.key != weak.key && portName(p) != "" && portName(p) == portName(weak)
		})
	})
}

// portName returns the name that a template's port states, "" if none.
func portName(port *part) string {
	if name := port.kid("name"); name != nil {
		return name.value.Text()
	}
	return ""
}

// stronger returns the leaf that wins: the later one. A contradiction becomes a
// statement where a weaker template already put a value.
func stronger(weak, strong *part) *part {
	if strong.ifPresent && !weak.ifPresent {
		stated := *strong
		stated.ifPresent = false
		return &stated
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
