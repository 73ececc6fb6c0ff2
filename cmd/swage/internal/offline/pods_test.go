package offline

import (
	"testing"

	"swage.dev/swage/cmd/swage/internal/manifest"
)

// A pod is told by its name, else by what its name will begin with, and one of a file may have neither.
func TestWhatAPodIsCalled(t *testing.T) {
	for metadata, want := range map[string]string{
		`{"name":"p","generateName":"g-"}`:       "team/p",
		`{"generateName":"g-"}`:                  "team/g-",
		`{}`:                                     "team/(no name)",
		`{"name":"p","namespace":"other"}`:       "other/p",
		`{"namespace":"other","labels":{}}`:      "other/(no name)",
		`{"name":"","generateName":"","uid":""}`: "team/(no name)",
	} {
		objects, err := manifest.Parse("f", []byte(`{"apiVersion":"v1","kind":"Pod","metadata":`+metadata+`}`))
		if err != nil {
			t.Fatal(err)
		}
		pods, err := NewPods(objects, "team")
		if err != nil {
			t.Fatal(err)
		}
		if got := pods.All[0].String(); got != want {
			t.Errorf("%s: got %s, want %s", metadata, got, want)
		}
	}
}
