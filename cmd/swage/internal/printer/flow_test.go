package printer_test

import (
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate/tree"
)

func TestFlow(t *testing.T) {
	const value = `{"b":[1,{"c":null}],"a":"x","name":"data","e":{},"f":[],"g":"a, b","h":"{{APP_ID}}","i,j":true,"k":"on"}`
	const want = `{name: data, a: x, b: [1, {c: null}], e: {}, f: [], g: "a, b", h: "{{APP_ID}}", "i,j": true, k: "on"}`
	n := parse(t, value)
	got := printer.Flow(n, "name")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, err := yaml.YAMLToJSON([]byte(got))
	if err != nil || !tree.Equal(n, parse(t, string(back))) {
		t.Errorf("it is read as %s, %v", back, err)
	}
}
