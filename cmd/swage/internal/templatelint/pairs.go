package templatelint

import (
	"cmp"
	"slices"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// pairs finds places about which templates that can meet say different things.
func pairs(templates *offline.Templates, outcomes []offline.Outcome) []Finding {
	meet := func(a, b *offline.Source) bool { return mayMeet(templates, a, b) }
	if len(outcomes) > 0 {
		together := selectedTogether(outcomes)
		meet = func(a, b *offline.Source) bool { return together[[2]string{a.Name(), b.Name()}] }
	}
	var findings []Finding
	for i := range templates.Sources {
		for j := range templates.Sources {
			weaker, stronger := &templates.Sources[i], &templates.Sources[j]
			if weaker.Entry.Template == nil || stronger.Entry.Template == nil || !before(templates, weaker, stronger) || !meet(weaker, stronger) {
				continue
			}
			for _, p := range podtemplate.Disagreements(weaker.Entry.Template, stronger.Entry.Template) {
				findings = append(findings, newFinding(weaker, p))
			}
		}
	}
	return findings
}

// mayMeet tells whether one pod can have both. Named templates are alternatives
// more often than not, and a pod that asks for two of them orders them itself:
// they are compared only for pods that do.
func mayMeet(templates *offline.Templates, a, b *offline.Source) bool {
	if a.Entry.Mode == podtemplate.Named && b.Entry.Mode == podtemplate.Named {
		return false
	}
	return sameReach(templates, a, b) && podtemplate.MayMeet(a.Entry.Template, b.Entry.Template)
}

// sameReach: templates of two namespaces never meet, unless one is the system's
// or a bare file, which stands for a template of any namespace.
func sameReach(templates *offline.Templates, a, b *offline.Source) bool {
	return a.ConfigMap == nil || b.ConfigMap == nil || a.Entry.Namespace == b.Entry.Namespace ||
		templates.IsSystem(a.Entry.Namespace) || templates.IsSystem(b.Entry.Namespace)
}

// before orders templates as they win: the weaker first.
func before(templates *offline.Templates, a, b *offline.Source) bool {
	return cmp.Or(cmp.Compare(level(templates, a), level(templates, b)), cmp.Compare(a.Entry.Name, b.Entry.Name)) < 0
}

// level is a template's place on the ladder, 0 the weakest.
func level(templates *offline.Templates, s *offline.Source) int {
	system := s.ConfigMap != nil && templates.IsSystem(s.Entry.Namespace)
	switch mode := s.Entry.Mode; {
	case mode == podtemplate.Enforced && system:
		return 4
	case mode == podtemplate.Enforced:
		return 3
	case mode == podtemplate.Named:
		return 2
	case system:
		return 0
	default:
		return 1
	}
}

// selectedTogether are the pairs of templates that some pod has.
func selectedTogether(outcomes []offline.Outcome) map[[2]string]bool {
	together := map[[2]string]bool{}
	for i := range outcomes {
		refs := outcomes[i].Result.Templates
		for j, a := range refs {
			for _, b := range slices.Concat(refs[:j], refs[j+1:]) {
				together[[2]string{a.String(), b.String()}] = true
			}
		}
	}
	return together
}
