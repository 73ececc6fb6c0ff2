package release_test

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// bill is what tests read of the bill of materials.
type bill struct {
	SerialNumber string
	Metadata     struct {
		Timestamp string
		Component struct{ Name, Version string }
	}
	Components []struct {
		Name, Version, Purl string
		Licenses            []any
		Hashes              []any
	}
}

func billFile() string { return filepath.Join(dist, "swage_"+version[1:]+"_sbom.cdx.json") }

func readBill(t *testing.T) (found bill) {
	t.Helper()
	if err := json.Unmarshal(text(t, billFile()), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// Every module that is linked into a program is in the bill, with its sum and license.
func TestTheBillHasWhatIsLinked(t *testing.T) {
	found := readBill(t)
	listed := map[string]string{}
	for _, c := range found.Components {
		listed[c.Name] = c.Version
		if len(c.Licenses) == 0 || len(c.Hashes) == 0 && c.Name != "std" || c.Purl != "pkg:golang/"+c.Name+"@"+c.Version {
			t.Errorf("%+v lacks something", c)
		}
	}
	dir := unpacked(t)
	for _, program := range shipped {
		checkLinked(t, listed, filepath.Join(dir, program))
	}
	if found.SerialNumber != "" || found.Metadata.Timestamp != "" {
		t.Error("the bill has what differs each time")
	}
	if of := found.Metadata.Component; of.Name != "swage" || of.Version != version {
		t.Errorf("the bill is of %+v", of)
	}
}

// checkLinked asks the program itself what it consists of.
func checkLinked(t *testing.T, listed map[string]string, program string) {
	t.Helper()
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range info.Deps {
		if listed[dep.Path] != dep.Version {
			t.Errorf("%s links %s %s; the bill has %q", program, dep.Path, dep.Version, listed[dep.Path])
		}
	}
	if "go"+listed["std"] != info.GoVersion {
		t.Errorf("the standard library is of %s; the bill has %q", info.GoVersion, listed["std"])
	}
}

// CycloneDX's own schema takes it.
func TestTheBillFollowsItsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	for _, file := range []string{"bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schemax.json"} {
		schema := decode(t, text(t, filepath.Join(schemas(t), file)))
		id, _ := schema.(map[string]any)["$id"].(string)
		if err := compiler.AddResource(id, schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(decode(t, text(t, billFile()))); err != nil {
		t.Error(err)
	}
	broken := bytes.Replace(text(t, billFile()), []byte(`"id": "Apache-2.0"`), []byte(`"id": "None such"`), 1)
	if err := schema.Validate(decode(t, broken)); err == nil {
		t.Error("the schema takes a license that does not exist: this test could not fail")
	}
}

// schemas is where the module that writes the bill keeps them.
func schemas(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "schema")
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func decode(t *testing.T, content []byte) any {
	t.Helper()
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}
