package schema

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// needs are the members without which the API server takes no value, of types
// that merge as a whole: nothing of the pod's completes them.
var needs = map[string]struct {
	all   []string // each of them
	oneOf []string // at least one of them; that no two are there oneOf says
}{
	"EnvFromSource":                     {oneOf: []string{"configMapRef", "secretRef"}},
	"EnvVarSource":                      {oneOf: []string{"fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"}},
	"PodResourceClaim":                  {oneOf: []string{"resourceClaimName", "resourceClaimTemplateName"}},
	"ConfigMapEnvSource":                {all: []string{"name"}},
	"SecretEnvSource":                   {all: []string{"name"}},
	"ConfigMapKeySelector":              {all: []string{"name", "key"}},
	"SecretKeySelector":                 {all: []string{"name", "key"}},
	"ObjectFieldSelector":               {all: []string{"fieldPath"}},
	"ResourceFieldSelector":             {all: []string{"resource"}},
	"ConfigMapVolumeSource":             {all: []string{"name"}},
	"SecretVolumeSource":                {all: []string{"secretName"}},
	"PersistentVolumeClaimVolumeSource": {all: []string{"claimName"}},
	"HostPathVolumeSource":              {all: []string{"path"}},
}

// checkNeeds reports what is missing, and what the type has for others' sake.
func (t *Type) checkNeeds(n *tree.Node, report Report) {
	need := needs[t.Name]
	for _, name := range need.all {
		if !t.says(n, name) {
			report(n, name+" is missing")
		}
	}
	if len(need.oneOf) > 0 && !t.saysAny(n, need.oneOf) {
		report(n, "expected one of "+strings.Join(need.oneOf, ", "))
	}
	if claims := n.At("resources", "claims"); t.Name == "PodSpec" && claims != nil && !claims.Is(tree.Null) {
		report(claims, "only containers have claims: name them there")
	}
}

func (t *Type) saysAny(n *tree.Node, names []string) bool {
	for _, name := range names {
		if t.says(n, name) {
			return true
		}
	}
	return false
}

// says tells whether a member is there, and is not what counts as absent.
func (t *Type) says(n *tree.Node, name string) bool {
	member, field := n.Get(name), t.Field(name)
	return field != nil && member != nil && !member.Is(tree.Null) && (field.Pointer || !field.Type.Zero(member))
}
