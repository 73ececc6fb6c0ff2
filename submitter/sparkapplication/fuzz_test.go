package sparkapplication_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/sparkapplication"
)

// FuzzRead: whatever a manifest says, it is refused by its place or becomes an
// application that is planned or refused. Nothing makes the program fall.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/examples/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/everything.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		document, err := yaml.YAMLToJSON(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(document), true)
	}
	f.Fuzz(func(t *testing.T, text string, approximate bool) {
		app, err := takenAsJSON(text, approximate)
		var wrong *sparkapplication.Error
		switch {
		case err == nil:
		case !errors.As(err, &wrong) || len(wrong.Problems) == 0:
			t.Errorf("not the manifest's: %v", err)
			return
		default:
			return
		}
		if _, err := app.Plan(surroundings); err != nil && !errors.Is(err, submitter.ErrRefused) {
			t.Errorf("neither planned nor refused: %v", err)
		}
	})
}

func takenAsJSON(text string, approximate bool) (*sparkapplication.Application, error) {
	read, err := sparkapplication.Read(sparkapplication.Document{File: "app.json", JSON: []byte(text)})
	if err != nil {
		return nil, err
	}
	return read.Application(sparkapplication.Options{Approximate: approximate, Random: zeros{}})
}
