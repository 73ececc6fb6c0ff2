package sparkapplication_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/sparkapplication"
)

// document is a YAML text as a command reads it.
func document(t testing.TB, text string) sparkapplication.Document {
	t.Helper()
	var root yamlv3.Node
	if err := yamlv3.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	json, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sparkapplication.Document{File: "app.yaml", JSON: json, Line: func(path ...string) int { return lineOf(root.Content[0], path) }}
}

// lineOf is the line of a path's key, or of the last that is there.
func lineOf(n *yamlv3.Node, path []string) int {
	line := n.Line
	for _, token := range path {
		index, err := strconv.Atoi(token)
		switch {
		case n.Kind == yamlv3.SequenceNode && err == nil && index < len(n.Content):
			n = n.Content[index]
			line = n.Line
			continue
		case n.Kind != yamlv3.MappingNode:
			return line
		}
		found := false
		for i := 0; i < len(n.Content) && !found; i += 2 {
			if found = n.Content[i].Value == token; found {
				line, n = n.Content[i].Line, n.Content[i+1]
			}
		}
		if !found {
			return line
		}
	}
	return line
}

// zeros is randomness that a test can foresee.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// taken is a manifest as an application.
func taken(t testing.TB, text string, o sparkapplication.Options) (*sparkapplication.Application, error) {
	t.Helper()
	read, err := sparkapplication.Read(document(t, text))
	if err != nil {
		return nil, err
	}
	o.Random = zeros{}
	return read.Application(o)
}

func mustTake(t testing.TB, text string) *sparkapplication.Application {
	t.Helper()
	app, err := taken(t, text, sparkapplication.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

var surroundings = submitter.Options{
	Server: func(string) (string, error) { return "https://server", nil },
	Now:    func() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }, Random: zeros{},
}

// planned is all that an application becomes, as text.
func planned(t testing.TB, app *sparkapplication.Application) string {
	t.Helper()
	return plannedWith(t, app, surroundings)
}

func plannedWith(t testing.TB, app *sparkapplication.Application, o submitter.Options) string {
	t.Helper()
	objects, err := app.Plan(o)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, warning := range app.Warnings {
		fmt.Fprintf(&out, "# warning: %s\n", warning)
	}
	for _, note := range objects.Notes {
		fmt.Fprintf(&out, "# note: %s\n", note)
	}
	for _, object := range objects.All() {
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "---\n%s", text)
	}
	return out.String()
}
