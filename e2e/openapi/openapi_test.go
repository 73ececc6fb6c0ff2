package openapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/openapi"
)

var (
	server clustertest.Server
	update = flag.Bool("update", false, "save what the server says as the new testdata")
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

const saved = "testdata/podtemplatespec.jsonl"

// What the server says about a pod template is kept, one line a field, so that
// a Kubernetes upgrade shows in the diff what it adds and changes.
func TestTheSavedFieldsAreTheServers(t *testing.T) {
	got := encode(t, fields(t))
	if *update {
		if err := os.WriteFile(saved, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the server says; run `make goldens`, read the diff, and classify each new field in podtemplate's table", saved)
	}
}

func TestFieldsSayHowListsAndMapsMerge(t *testing.T) {
	rows := []struct {
		rule  string
		owner string
		name  string
		check func(openapi.Field) bool
	}{
		{"a keyed list names its keys", "Container", "ports", func(f openapi.Field) bool {
			return f.ListType == "map" && slices.Equal(f.ListKeys, []string{"containerPort", "protocol"}) && f.MergeKey == "containerPort" && f.Elem == "ContainerPort"
		}},
		{"a set is a set", "ObjectMeta", "finalizers", func(f openapi.Field) bool { return f.ListType == "set" }},
		{"an atomic list says so", "PodSpec", "tolerations", func(f openapi.Field) bool { return f.ListType == "atomic" && f.Elem == "Toleration" }},
		{"an atomic map says so", "PodSpec", "nodeSelector", func(f openapi.Field) bool { return f.MapType == "atomic" && f.Type == "map" }},
		{"a default of the schema is kept", "ContainerPort", "protocol", func(f openapi.Field) bool { return string(f.Default) == `"TCP"` }},
		{"required fields are marked", "Container", "name", func(f openapi.Field) bool { return f.Required }},
		{"a quantity is a type of its own", "ResourceRequirements", "limits", func(f openapi.Field) bool { return f.Elem == "Quantity" }},
	}
	all := fields(t)
	for _, row := range rows {
		i := slices.IndexFunc(all, func(f openapi.Field) bool { return f.Owner == row.owner && f.Name == row.name })
		if i < 0 || !row.check(all[i]) {
			t.Errorf("%s: %s.%s is %+v", row.rule, row.owner, row.name, at(all, i))
		}
	}
}

func TestAnUnknownTypeIsAnError(t *testing.T) {
	if _, err := openapi.Fields([]byte(`{}`), openapi.PodTemplateSpec); err == nil {
		t.Error("no error although the document describes nothing")
	}
}

func fields(t *testing.T) []openapi.Field {
	t.Helper()
	document, err := openapi.Fetch(t.Context(), server.Client().Discovery().RESTClient())
	if err != nil {
		t.Fatal(err)
	}
	found, err := openapi.Fields(document, openapi.PodTemplateSpec)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func encode(t *testing.T, all []openapi.Field) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	for _, field := range all {
		if err := encoder.Encode(field); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func at(all []openapi.Field, i int) any {
	if i < 0 {
		return "missing"
	}
	return all[i]
}
