package properties_test

import (
	"fmt"
	"slices"
	"testing"

	"swage.dev/swage/e2e/openapi"
	"swage.dev/swage/podtemplate/schema"
)

// otherwise are fields that merge in another way than server-side apply would
// merge them, and why.
var otherwise = map[string]string{
	"PodSpec.nodeSelector":   "both sides' requirements hold: entries are merged as kubectl does",
	"PodSpec.tolerations":    asSet + "; scheduler and server know one by key, operator, value and effect",
	"PodSpec.readinessGates": asSet + "; a condition is waited for once",

	"NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution":    asSet,
	"PodAffinity.preferredDuringSchedulingIgnoredDuringExecution":     asSet,
	"PodAffinity.requiredDuringSchedulingIgnoredDuringExecution":      asSet + ": all terms hold",
	"PodAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution": asSet,
	"PodAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution":  asSet + ": all terms hold",

	"PodDNSConfig.nameservers": asSet,
	"PodDNSConfig.searches":    asSet,
	"PodDNSConfig.options":     "resolv.conf knows an option by its name",

	"PodSecurityContext.supplementalGroups": asSet,
	"PodSecurityContext.sysctls":            "the server refuses a name that is there twice",
	"Capabilities.add":                      asSet,
	"Capabilities.drop":                     asSet,
	"Container.envFrom":                     asSet + "; the last source wins",
	"Container.resizePolicy":                "the server refuses a resource that is there twice",
	"ResourceRequirements.claims":           "the server refuses name and request that are there twice, and takes two requests of one claim",

	"PodSecurityContext.appArmorProfile": oneThing,
	"PodSecurityContext.seccompProfile":  oneThing,
	"SecurityContext.appArmorProfile":    oneThing,
	"SecurityContext.seccompProfile":     oneThing,
	"PodSpec.os":                         "it has one member",
	"PodSpec.schedulingGroup":            "its members exclude each other",
}

const (
	asSet    = "what a template adds does not take away what the pod has"
	oneThing = "type and localhostProfile only mean something together"
)

// The merge table has a row for each field that the running server describes,
// and merges it as the server's own merge does, or the difference is listed with
// its reason. A field that a Kubernetes upgrade adds fails here until somebody
// has decided how it merges.
func TestTheMergeTableIsTheServers(t *testing.T) {
	differs := map[string]bool{}
	compared := 0
	for _, described := range describedFields(t) {
		path := described.Owner + "." + described.Name
		field := classified(t, described)
		if field == nil {
			continue
		}
		compared++
		if problem := disagreement(described, field); problem != "" {
			differs[path] = true
			if otherwise[path] == "" {
				t.Errorf("%s: %s", path, problem)
			}
		}
	}
	for path := range otherwise {
		if !differs[path] {
			t.Errorf("%s is listed as merged otherwise, and is not", path)
		}
	}
	if compared < 100 {
		t.Errorf("only %d fields were compared", compared)
	}
}

func describedFields(t *testing.T) []openapi.Field {
	t.Helper()
	document, err := openapi.Fetch(t.Context(), real.Client().Discovery().RESTClient())
	if err != nil {
		t.Fatal(err)
	}
	fields, err := openapi.Fields(document, openapi.PodTemplateSpec)
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

// classified returns our field, nil where there is nothing to merge: in a value
// that is one thing, and where a template has no say.
func classified(t *testing.T, described openapi.Field) *schema.Field {
	t.Helper()
	owner := schema.TypeNamed(described.Owner)
	if owner == nil {
		return nil
	}
	field := owner.Field(described.Name)
	switch {
	case field == nil:
		t.Errorf("%s.%s: the server has the field and we do not know it", described.Owner, described.Name)
		return nil
	case field.Rule == nil && merged(owner):
		t.Errorf("%s: nobody decided how it merges", field.Path())
	}
	if field.Rule == nil || field.Rule.How == schema.Protected || field.Rule.How == schema.Refused || field.Rule.How == schema.Ignored {
		return nil
	}
	return field
}

// merged tells whether a type merges member by member: some member has a row.
func merged(t *schema.Type) bool {
	return slices.ContainsFunc(t.Fields, func(f *schema.Field) bool { return f.Rule != nil })
}

// disagreement says how the server merges a field, where we do it otherwise.
func disagreement(described openapi.Field, field *schema.Field) string {
	var says string
	var agree []schema.How
	switch {
	case described.ListType == "map":
		return keysDisagree(field, described.ListKeys)
	case described.Type == "array" && described.MergeKey != "":
		return keysDisagree(field, []string{described.MergeKey})
	case described.ListType == "set":
		says, agree = "to the server it is a set", []schema.How{schema.Set}
	case described.Type == "array":
		says, agree = "to the server the list is one thing", []schema.How{schema.Atomic, schema.Union}
	case described.MapType == "atomic":
		says, agree = "to the server the object is one thing", []schema.How{schema.Atomic}
	case described.Type == "map":
		says, agree = "the server merges entry by entry", []schema.How{schema.ByKey}
	case schema.TypeNamed(described.Type) != nil:
		says, agree = "the server merges member by member", []schema.How{schema.Object, schema.Union, schema.And}
	default:
		says, agree = "it is a scalar", []schema.How{schema.Atomic, schema.Union}
	}
	if slices.Contains(agree, field.Rule.How) {
		return ""
	}
	return says
}

func keysDisagree(field *schema.Field, keys []string) string {
	keyed := field.Rule.How == schema.Keyed || field.Rule.How == schema.Items
	if keyed && slices.Equal(field.Rule.Key, keys) {
		return ""
	}
	return fmt.Sprintf("the server matches elements by %v, we by %v", keys, field.Rule.Key)
}
