package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/cmd/swage/app"
)

// swage render makes of the pods of real spark-submits what the library makes of
// them, which wrote the expected ones, and what the webhook makes of them.
func TestRenderMakesTheGoldenPods(t *testing.T) {
	const golden = "../../../podtemplate/testdata/golden"
	for _, version := range []string{"3.5.9.yaml", "4.1.2.yaml"} {
		t.Run(version, func(t *testing.T) {
			code, rendered, stderr := swage(t, "render", "-f", filepath.Join(captured, version), "-t", filepath.Join(golden, "templates.yaml"), "-o", "json")
			if code != app.ExitOK {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			var got, want struct{ Items []any }
			if err := json.Unmarshal([]byte(rendered), &got); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(golden, version))
			if err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if len(want.Items) == 0 || !reflect.DeepEqual(got.Items, want.Items) {
				t.Errorf("the rendered pods are not those of %s: run make goldens and look at the difference", version)
			}
		})
	}
}
