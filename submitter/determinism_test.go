package submitter_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

// The same inputs give the same bytes: no clock, no randomness, no map's order of its own.
func TestPlansAreDeterministic(t *testing.T) {
	for _, name := range []string{"volumes", "labels", "environment", "secrets", "credentials", "defaults", "name-long"} {
		make := func() string {
			objects, err := readCase(t, name).plan(t, func(o *submitter.Options) { o.Random = rand.NewChaCha8([32]byte{1}) })
			if err != nil {
				t.Fatal(err)
			}
			return everything(t, objects)
		}
		first := make()
		for range 20 {
			if again := make(); again != first {
				t.Fatalf("%s: got\n%s\nand\n%s", name, first, again)
			}
		}
	}
}

// Two plans never share a name: the randomness is used for each.
func TestPlansDiffer(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	seen := map[string]bool{}
	for range 50 {
		objects, err := readCase(t, "pi").plan(t, func(o *submitter.Options) { o.Random = random })
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects.All() {
			if seen[o.GetName()] {
				t.Fatalf("%s twice", o.GetName())
			}
			seen[o.GetName()] = true
		}
		if id := objects.AppID; seen[id] || !strings.HasPrefix(id, "spark-") || len(id) != len("spark-")+32 {
			t.Fatalf("id %q", id)
		}
		seen[objects.AppID] = true
	}
}

func TestWithoutRandomnessThereIsNoPlan(t *testing.T) {
	_, err := readCase(t, "pi").plan(t, func(o *submitter.Options) { o.Random = strings.NewReader("few") })
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}
