package podtemplate

import (
	"fmt"
	"strings"
	"testing"
)

// terms writes required node affinity: each term is a list of requirements as "key=a|b", "" is an empty term.
func terms(all ...string) string {
	var list []string
	for _, term := range all {
		var expressions []string
		for requirement := range strings.FieldsSeq(term) {
			key, values, _ := strings.Cut(requirement, "=")
			expressions = append(expressions, fmt.Sprintf("{key: %s, operator: In, values: ['%s']}", key, strings.ReplaceAll(values, "|", "', '")))
		}
		if expressions == nil {
			list = append(list, "{}")
			continue
		}
		list = append(list, "{matchExpressions: ["+strings.Join(expressions, ", ")+"]}")
	}
	return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + strings.Join(list, ", ") + "]}}}"
}

// manyTerms returns n different terms.
func manyTerms(key string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s=v%d", key, i)
	}
	return all
}

const requiredTerms = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution"

var affinityRows = []shaping{
	{rule: "R22 the pod has none: the template's terms", pod: `{}`, by: []tmpl{keep(terms("a=1", "b=1"))}, want: terms("a=1", "b=1")},
	{
		rule: "R22 required node affinity is AND: each term of the pod with each of the template", pod: terms("a=1", "b=1"), by: []tmpl{keep(terms("c=1", "d=1"))},
		want: terms("a=1 c=1", "a=1 d=1", "b=1 c=1", "b=1 d=1"),
	},
	{rule: "R22 whatever on-conflict says: replace", pod: terms("a=1"), by: []tmpl{replace(terms("c=1"))}, want: terms("a=1 c=1")},
	{rule: "R22 whatever on-conflict says: reject", pod: terms("a=1"), by: []tmpl{reject(terms("c=1"))}, want: terms("a=1 c=1")},
	{rule: "R22 whatever on-conflict says: enforced", pod: terms("a=1"), by: []tmpl{enforcedReject(terms("c=1"))}, want: terms("a=1 c=1")},
	{rule: "R22 a term that contains a template's term stays as it is", pod: terms("c=1 a=1", "b=1"), by: []tmpl{keep(terms("c=1", "d=1"))}, want: terms("c=1 a=1", "b=1 c=1", "b=1 d=1")},
	{rule: "R22 values are a set: round two finds its own requirements in any order", pod: terms("c=2|1"), by: []tmpl{reject(terms("c=1|2"))}, changes: []string{}},
	{rule: "R22 two templates, one after the other", pod: terms("a=1"), by: []tmpl{keep(terms("b=1")), enforced(terms("c=1"))}, want: terms("a=1 b=1 c=1")},
	{rule: "R22 two templates and a pod without", pod: `{}`, by: []tmpl{keep(terms("b=1", "d=1")), keep(terms("c=1"))}, want: terms("b=1 c=1", "d=1 c=1")},
	{rule: "R22 empty terms match nothing and are dropped", pod: terms("", "a=1"), by: []tmpl{keep(terms("b=1", ""))}, want: terms("a=1 b=1")},
	{rule: "R22 all terms of the pod are empty: one empty term", pod: terms("", ""), by: []tmpl{keep(terms("a=1"))}, want: terms("")},
	{rule: "R22 all terms of the template are empty: one empty term", pod: terms("a=1"), by: []tmpl{keep(terms("", ""))}, want: terms("")},
	{rule: "R22 a template without terms says nothing", pod: terms("a=1"), by: []tmpl{keep(terms())}, changes: []string{}},
	{rule: "R22 a template without terms says nothing to a pod without affinity", pod: `{}`, by: []tmpl{keep(terms())}, changes: []string{}},
	{
		rule: "R22 at most 64 terms", pod: terms(manyTerms("a", 8)...), by: []tmpl{keep(terms(manyTerms("b", 9)...))},
		changes: []string{"none " + requiredTerms + " NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution kept"}, tells: []string{"72 terms, the limit is 64"},
	},
	{rule: "R22 else a conflict, which reject rejects", pod: terms(manyTerms("a", 8)...), by: []tmpl{reject(terms(manyTerms("b", 9)...))}, verdict: DeniedConflict},
	{rule: "R22 and enforced", pod: terms(manyTerms("a", 8)...), by: []tmpl{enforced(terms(manyTerms("b", 9)...))}, verdict: DeniedConflict},
	{rule: "R22 terms that no node can match: a warning", pod: terms("a=1"), by: []tmpl{keep(terms("a=2"))}, want: terms("a=1 a=2"), tells: []string{"no node can satisfy"}},
	{
		rule: "R22 matchFields count as well",
		pod:  `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}}}`,
		by:   []tmpl{keep(terms("a=1"))},
		want: `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n]}], matchExpressions: [{key: a, operator: In, values: ["1"]}]}]}}}`,
	},
	{
		rule: "R22 preferred terms are appended without repeats",
		pod:  `affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}]}}`,
		by:   []tmpl{keep(`affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}, {weight: 2, preference: {matchExpressions: [{key: a, operator: Exists}]}}]}}`)},
		want: `affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}, {weight: 2, preference: {matchExpressions: [{key: a, operator: Exists}]}}]}}`,
	},
	{
		rule: "R22 required pod affinity and anti-affinity are the terms of both, a set",
		pod:  `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: host}]}}`,
		by:   []tmpl{reject(`affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}, {topologyKey: host}]}, podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack}]}}`)},
		want: `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: host}, {topologyKey: zone}]}, podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack}]}}`,
	},
}

func TestAffinityR22(t *testing.T) { run(t, affinityRows) }
