package sparkapplication_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

var update = flag.Bool("update", false, "write what is made as the expected output")

// S24: what the operator's own examples ask for can be had, each with the
// features of one of them.
func TestS24ExamplesPlan(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*.yaml")
	if err != nil || len(files) != 14 {
		t.Fatalf("%d examples (%v)", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", "planned", name+".golden")
			got := planned(t, mustTake(t, lastDocument(t, file)))
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := udiff.Unified("want", "got", string(want), got); diff != "" {
				t.Errorf("run with -update and look at the difference\n%s", diff)
			}
		})
	}
}

// lastDocument is the application of a file, without what it refers to.
func lastDocument(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	documents := strings.Split(string(text), "\n---\n")
	return documents[len(documents)-1]
}
