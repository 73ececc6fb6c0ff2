package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// mergedTypes returns the Go types that merge member by member: those reached
// from a PodTemplateSpec through rows that say so.
func mergedTypes(t *testing.T) map[string]reflect.Type {
	t.Helper()
	types := map[string]reflect.Type{}
	var visit func(reflect.Type)
	visit = func(rt reflect.Type) {
		for rt.Kind() == reflect.Pointer || rt.Kind() == reflect.Slice {
			rt = rt.Elem()
		}
		if types[rt.Name()] != nil {
			return
		}
		types[rt.Name()] = rt
		for _, sf := range jsonFields(rt) {
			row := rulesByPath()[rt.Name()+"."+jsonName(sf)]
			if row.rule != nil && (row.rule.How == Object || row.rule.How == Keyed) {
				visit(sf.Type)
			}
		}
	}
	visit(reflect.TypeFor[corev1.PodTemplateSpec]())
	return types
}

// jsonFields returns the fields of a struct, those of embedded structs included.
func jsonFields(rt reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for i := range rt.NumField() {
		if sf := rt.Field(i); jsonName(sf) == "" {
			fields = append(fields, jsonFields(sf.Type)...)
		} else {
			fields = append(fields, sf)
		}
	}
	return fields
}

func jsonName(sf reflect.StructField) string {
	name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
	return name
}

// TestEveryFieldHasExactlyOneRow fails when a Kubernetes upgrade adds a field
// that nobody has thought about. Say in Rules how it merges.
func TestEveryFieldHasExactlyOneRow(t *testing.T) {
	rows := map[string]int{}
	for _, rule := range Rules {
		for field := range strings.FieldsSeq(rule.Fields) {
			rows[rule.Type+"."+field]++
		}
	}
	for name, rt := range mergedTypes(t) {
		for _, sf := range jsonFields(rt) {
			path := name + "." + jsonName(sf)
			if rows[path] != 1 {
				t.Errorf("%s has %d rows in Rules, want one", path, rows[path])
			}
			delete(rows, path)
		}
	}
	for path := range rows {
		t.Errorf("a row of Rules names %s, which is no field that merges by itself", path)
	}
}

func TestRowsFitTheTypesOfTheirFields(t *testing.T) {
	kinds := map[How][]reflect.Kind{
		Object: {reflect.Struct}, ByKey: {reflect.Map}, And: {reflect.Struct},
		Keyed: {reflect.Slice}, Items: {reflect.Slice}, Set: {reflect.Slice}, Sources: {reflect.Slice},
	}
	for name, rt := range mergedTypes(t) {
		for _, sf := range jsonFields(rt) {
			rule, kind := rulesByPath()[name+"."+jsonName(sf)].rule, sf.Type
			if rule == nil {
				continue // TestEveryFieldHasExactlyOneRow says so
			}
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			if want := kinds[rule.How]; want != nil && !slices.Contains(want, kind.Kind()) {
				t.Errorf("%s.%s is a %s: its row does not fit", name, jsonName(sf), kind.Kind())
			}
			if keyed := rule.How == Keyed || rule.How == Items; keyed != (len(rule.Key) > 0) {
				t.Errorf("%s.%s: rows of lists matched by key name the key, no others do", name, jsonName(sf))
			}
			if grouped := rule.How == Union; grouped != (rule.Group != "") {
				t.Errorf("%s.%s: rows of union members name their group, no others do", name, jsonName(sf))
			}
			if told := rule.How == Protected || rule.How == Refused; told != (rule.Why != "") {
				t.Errorf("%s.%s: what a template cannot say has a reason, nothing else does", name, jsonName(sf))
			}
		}
	}
}

func TestKeysAreMembersOfTheirElements(t *testing.T) {
	for name := range mergedTypes(t) {
		for _, field := range TypeNamed(name).Fields {
			if field.Rule == nil {
				continue
			}
			for _, key := range field.Rule.Key {
				if member := field.Type.Elem.Field(key); member == nil {
					t.Errorf("%s: its elements have no member %q", field.Path(), key)
				} else if k := member.Type.Kind; k != Text && k != Int32 && k != Int64 {
					t.Errorf("%s: key member %q is no scalar", field.Path(), key)
				}
			}
		}
	}
}

// otherKeys are the lists where the key is another than kubectl's patchMergeKey, and why.
var otherKeys = map[string]string{
	"Container.ports":                   "one port number may be served by TCP and by UDP: kubectl's key loses one of them, the OpenAPI schema has both",
	"PodSpec.topologySpreadConstraints": "the API server refuses only pairs that are there twice, and the OpenAPI schema has both members as keys",
}

// unmarkedKeys are lists without a patchMergeKey that we match by key all the same, and why.
var unmarkedKeys = map[string]string{
	"PodSpec.tolerations":         "the scheduler and the API server identify a toleration by key, operator, value and effect",
	"PodSpec.readinessGates":      "a condition is waited for once",
	"PodSecurityContext.sysctls":  "the API server refuses a name that is there twice",
	"PodDNSConfig.options":        "resolv.conf takes the last option of a name",
	"Container.resizePolicy":      "the OpenAPI schema is atomic, but the API server refuses a resource that is there twice",
	"ResourceRequirements.claims": "the OpenAPI schema has name as key; the API server refuses name and request that are there twice",
}

// TestKeysAgreeWithPatchMergeKeys: what kubectl and every controller match by is what we match by.
func TestKeysAgreeWithPatchMergeKeys(t *testing.T) {
	for name, rt := range mergedTypes(t) {
		for _, sf := range jsonFields(rt) {
			path, tag := name+"."+jsonName(sf), sf.Tag.Get("patchMergeKey")
			rule := rulesByPath()[path].rule
			if rule == nil || rule.How == Refused || rule.How == Protected || rule.How == Ignored {
				continue
			}
			if problem := comparedKeys(path, strings.Join(rule.Key, " "), tag); problem != "" {
				t.Errorf("%s: %s", path, problem)
			}
		}
	}
}

// comparedKeys tells what is wrong about our key for a list, where tag is its patchMergeKey.
func comparedKeys(path, ours, tag string) string {
	other, unmarked := otherKeys[path] != "", unmarkedKeys[path] != ""
	switch agree := ours == tag; {
	case agree && (other || unmarked):
		return "is in a list of exceptions and is none any more"
	case agree, tag != "" && other, tag == "" && unmarked:
		return ""
	default:
		return fmt.Sprintf("key %q, but patchMergeKey is %q", ours, tag)
	}
}

func TestUnionMembersArePointers(t *testing.T) {
	for name := range mergedTypes(t) {
		for _, field := range TypeNamed(name).Fields {
			if field.Rule != nil && field.Rule.How == Union && !field.Pointer && field.Type.Kind != List {
				t.Errorf("%s: absent and empty are the same, so it cannot be a member of a union", field.Path())
			}
		}
	}
}

// TestHandlersAreUnions: the Go types that embed a handler say that its members exclude each other.
func TestHandlersAreUnions(t *testing.T) {
	for _, rt := range []reflect.Type{reflect.TypeFor[corev1.ProbeHandler](), reflect.TypeFor[corev1.LifecycleHandler]()} {
		for _, sf := range jsonFields(rt) {
			for _, owner := range []string{"Probe", "LifecycleHandler"} {
				row := rulesByPath()[owner+"."+jsonName(sf)]
				if row.rule != nil && row.rule.How != Union {
					t.Errorf("%s.%s is no union member", owner, jsonName(sf))
				}
			}
		}
	}
}

// TestFieldsMergeInTheOrderOfRules: volumes before the containers that mount them, limits before requests' derivation.
func TestFieldsMergeInTheOrderOfRules(t *testing.T) {
	order := func(path string) int {
		row, ok := rulesByPath()[path]
		if !ok {
			t.Fatalf("%s has no row", path)
		}
		return row.order
	}
	for _, pair := range [][2]string{
		{"PodSpec.volumes", "PodSpec.containers"},
		{"PodSpec.volumes", "PodSpec.initContainers"},
		{"Container.image", "Container.imagePullPolicy"},
		{"ResourceRequirements.limits", "ResourceRequirements.requests"},
	} {
		if order(pair[0]) >= order(pair[1]) {
			t.Errorf("%s merges after %s", pair[0], pair[1])
		}
	}
	fields := TypeNamed("Container").Fields
	if !slices.IsSortedFunc(fields, func(a, b *Field) int { return a.Order - b.Order }) {
		t.Error("the fields of a Container are not in the order of their rows")
	}
}

func TestEveryValueHasAKind(t *testing.T) {
	seen := map[*Type]bool{}
	var visit func(path string, typ *Type)
	visit = func(path string, typ *Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		if typ.Elem != nil {
			visit(path+"[]", typ.Elem)
		}
		for _, f := range typ.Fields {
			if f.Type.Kind == Any && !strings.HasPrefix(f.Path(), "ObjectMeta.") && f.Path() != "ManagedFieldsEntry.fieldsV1" && f.Path() != "ManagedFieldsEntry.time" {
				t.Errorf("%s would not be checked at all: its Go type has no Kind", f.Path())
			}
			visit(f.Path(), f.Type)
		}
	}
	visit("", PodTemplate())
}
