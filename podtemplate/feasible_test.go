package podtemplate

import "testing"

func nodeTerm(parts string) string {
	return `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{` + parts + `}]}}}`
}

// R26: a placement that no node could satisfy is let through, with a warning, where a template had a part in it.
func TestPlacementThatNoNodeCanSatisfyR26(t *testing.T) {
	expressions := func(text string) string { return nodeTerm("matchExpressions: [" + text + "]") }
	for name, row := range map[string]struct{ pod, template string }{
		"two values of one label":            {expressions(`{key: a, operator: In, values: [x]}`), expressions(`{key: a, operator: In, values: [v]}`)},
		"three sets without a common value":  {expressions(`{key: a, operator: In, values: [x, v]}, {key: a, operator: In, values: [v, z]}`), expressions(`{key: a, operator: In, values: [x, z]}`)},
		"the only value is excluded":         {expressions(`{key: a, operator: In, values: [x]}`), expressions(`{key: a, operator: NotIn, values: [x, v]}`)},
		"there and not there":                {expressions(`{key: a, operator: Exists}`), expressions(`{key: a, operator: DoesNotExist}`)},
		"above and below":                    {expressions(`{key: a, operator: Gt, values: ["5"]}`), expressions(`{key: a, operator: Lt, values: ["6"]}`)},
		"a value that is no number":          {expressions(`{key: a, operator: In, values: [x]}`), expressions(`{key: a, operator: Gt, values: ["5"]}`)},
		"two nodes by name":                  {nodeTerm(`matchFields: [{key: metadata.name, operator: In, values: [n1]}]`), nodeTerm(`matchFields: [{key: metadata.name, operator: In, values: [n2]}]`)},
		"affinity against the node selector": {`nodeSelector: {a: x}`, expressions(`{key: a, operator: In, values: [v]}`)},
		"a node selector against affinity":   {expressions(`{key: a, operator: In, values: [v]}`), `nodeSelector: {a: x}`},
		"a template that matches no node":    {expressions(`{key: a, operator: Exists}`), nodeTerm("")},
	} {
		t.Run(name, func(t *testing.T) {
			result := NewShaper(Options{}).Shape(shaping{by: []tmpl{keep(row.template)}}.request(t, shaping{}.podJSON(t, row.pod)))
			if len(result.Warnings) != 1 || result.Warnings[0] != "no node can satisfy what the pod and template team-a/a require in node affinity and nodeSelector" {
				t.Errorf("%s, warnings %q", result.Verdict, result.Warnings)
			}
		})
	}
}

// R26: what some node could satisfy, and what the pod alone asks in vain, is no matter for a warning.
func TestPlacementThatSomeNodeCanSatisfy(t *testing.T) {
	expressions := func(text string) string { return nodeTerm("matchExpressions: [" + text + "]") }
	impossible := expressions(`{key: a, operator: Exists}, {key: a, operator: DoesNotExist}`)
	for name, row := range map[string]struct{ pod, template string }{
		"a common value":                {expressions(`{key: a, operator: In, values: [x, v]}`), expressions(`{key: a, operator: In, values: [v, z]}`)},
		"a number between":              {expressions(`{key: a, operator: Gt, values: ["5"]}`), expressions(`{key: a, operator: Lt, values: ["7"]}`)},
		"a label and a field of a name": {expressions(`{key: metadata.name, operator: In, values: [x]}`), nodeTerm(`matchFields: [{key: metadata.name, operator: In, values: [n2]}]`)},
		"another label":                 {expressions(`{key: a, operator: In, values: [x]}`), `nodeSelector: {b: x}`},
		"the pod alone":                 {impossible, `subdomain: s`},
	} {
		t.Run(name, func(t *testing.T) {
			result := NewShaper(Options{}).Shape(shaping{by: []tmpl{keep(row.template)}}.request(t, shaping{}.podJSON(t, row.pod)))
			if len(result.Warnings) != 0 {
				t.Errorf("warnings %q", result.Warnings)
			}
		})
	}
}
