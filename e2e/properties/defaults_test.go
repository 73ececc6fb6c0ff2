package properties_test

import (
	"maps"
	"slices"
	"testing"

	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/e2e/properties/server"
	"swage.dev/swage/podtemplate/schema"
)

// notWritten are rows of the table that the server has no value for in the
// object, and why they are rows.
var notWritten = map[string]string{
	"Toleration.operator":         "an empty operator means Equal; the server leaves it empty",
	"ResourceRequirements.limits": "a LimitRange's, which another test has",
}

// uninteresting are what plugins write that is no default of a field.
var uninteresting = map[string]string{
	"PodSpec.tolerations":    "two entries of a list, known by their values (R21)",
	"PodSpec.volumes":        "the token (R9)",
	"Container.volumeMounts": "the token (R9)",
	"ObjectMeta.namespace":   "the request's",

	"EphemeralContainer.imagePullPolicy":          "templates have no such containers",
	"EphemeralContainer.terminationMessagePath":   "as above",
	"EphemeralContainer.terminationMessagePolicy": "as above",
}

// The table of defaults has a row for each field that the server fills in, with
// the server's value, and no row besides. A Kubernetes upgrade that adds or
// changes a default fails here.
func TestTheTableOfDefaultsIsTheServers(t *testing.T) {
	added := everythingFilledIn(t)
	rows := map[string]*schema.Default{}
	for i := range schema.Defaults {
		rows[schema.Defaults[i].Path] = &schema.Defaults[i]
	}
	for _, path := range slices.Sorted(maps.Keys(added)) {
		if uninteresting[path] == "" {
			added.mustBeTheRows(t, path, rows[path])
		}
	}
	for path := range rows {
		if (added[path] == nil) == (notWritten[path] == "") {
			t.Errorf("%s: the server's values are %v, and it is listed as not written: %q", path, added[path], notWritten[path])
		}
	}
	for path := range uninteresting {
		if added[path] == nil {
			t.Errorf("%s is listed as uninteresting, and the server fills in nothing", path)
		}
	}
}

func (f filledIn) mustBeTheRows(t *testing.T, path string, row *schema.Default) {
	t.Helper()
	values := slices.Sorted(maps.Keys(f[path]))
	switch {
	case row == nil:
		t.Errorf("the server fills in %s with %v, and there is no row for it", path, values)
	case row.Value != "" && !slices.Equal(values, []string{row.Value}):
		t.Errorf("%s: the row says %s, the server fills in %v", path, row.Value, values)
	}
}

// everythingFilledIn is what the server fills in anywhere.
func everythingFilledIn(t *testing.T) filledIn {
	t.Helper()
	judge, err := ordinary()
	if err != nil {
		t.Fatal(err)
	}
	added := filledIn{}
	for _, pod := range skeletons() {
		defaulted, err := judge.Default([]byte(text(pod)))
		if err != nil {
			t.Fatal(err)
		}
		added.compare(podType(), pod, reference.Read(defaulted))
	}
	plain := reference.Read([]byte(`{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}`))
	admitted, err := judge.Create(t.Context(), server.Plain, []byte(text(plain)), false)
	if err != nil {
		t.Fatal(err)
	}
	added.compare(podType(), plain, reference.Read(admitted))
	return added
}

func podType() *schema.Type { return schema.PodTemplate() }

// filledIn are the values that the server filled in, by the name of the field's row.
type filledIn map[string]map[string]bool

// compare notes what after has and before has not.
func (f filledIn) compare(t *schema.Type, before, after any) {
	switch t.Kind {
	case schema.Struct:
		was, _ := before.(map[string]any)
		is, _ := after.(map[string]any)
		for _, field := range t.Fields {
			if value := is[field.Name]; was[field.Name] == nil && value != nil {
				f.note(field, value)
				continue
			}
			f.compare(field.Type, was[field.Name], is[field.Name])
		}
	case schema.List:
		was, _ := before.([]any)
		is, _ := after.([]any)
		for i := range min(len(was), len(is)) {
			f.compare(t.Elem, was[i], is[i])
		}
	}
}

// note leaves out what Go writes of fields that cannot be absent.
func (f filledIn) note(field *schema.Field, value any) {
	path, said := field.Path(), text(value)
	zero := slices.Contains([]string{`""`, `0`, `"0"`, `{}`, `null`}, said)
	if zero && !field.Pointer || path == "Pod.status" {
		return
	}
	if f[path] == nil {
		f[path] = map[string]bool{}
	}
	f[path][said] = true
}

// skeletons are pods that have every object that a pod can have, once, with
// nothing in it; and pods in which the server derives what it derives only there.
func skeletons() []map[string]any {
	full := skeleton(podType(), map[*schema.Type]bool{}).(map[string]any)
	spec := full["spec"].(map[string]any)
	spec["volumes"] = append(spec["volumes"].([]any), map[string]any{"name": "plain"})
	delete(spec, "securityContext")
	spec["hostNetwork"] = true
	withLimits := map[string]any{"limits": map[string]any{"cpu": "1"}}
	container := spec["containers"].([]any)[0].(map[string]any)
	container["resources"] = withLimits
	container["ports"] = []any{map[string]any{"containerPort": 80}}
	tagged := map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "c", "image": "spark:4"}}}}
	return []map[string]any{full, tagged}
}

// skeleton is a value of a type: objects and lists of them, no scalars.
func skeleton(t *schema.Type, within map[*schema.Type]bool) any {
	switch {
	case t.Kind == schema.List && t.Elem.Kind == schema.Struct:
		if element := skeleton(t.Elem, within); element != nil {
			return []any{element}
		}
	case t.Kind == schema.Struct && !within[t]:
		within[t] = true
		defer delete(within, t)
		object := map[string]any{}
		for _, field := range t.Fields {
			if below := skeleton(field.Type, within); below != nil {
				object[field.Name] = below
			}
		}
		return object
	}
	return nil
}
