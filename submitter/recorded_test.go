package submitter_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/submittertest"
)

// recordedVersions are those whose real spark-submit was run
// (e2e/cmd/recordsubmit): with each case, or with some of them.
var recordedVersions = []struct {
	version string
	all     bool
}{{"3.5.9", true}, {"4.1.2", true}, {"4.2.0", false}, {"4.3.0", false}}

// S20: the objects are spark-submit's, field by field, but for what the table
// of masks hides and the table of intended differences names.
func TestObjectsAreSparkSubmits(t *testing.T) {
	for _, v := range recordedVersions {
		compared := 0
		for _, name := range caseNames(t) {
			if !v.all && !recordedCase(v.version, name) {
				continue
			}
			compared++
			t.Run(v.version+"/"+name, func(t *testing.T) {
				recorded, err := os.ReadFile(recording(v.version, name, ".yaml"))
				if os.IsNotExist(err) {
					wantRefused(t, v.version, name)
					return
				}
				compare(t, v.version, name, recorded)
			})
		}
		if compared < 10 {
			t.Errorf("%s: only %d cases were compared", v.version, compared)
		}
	}
}

func recording(version, name, kind string) string {
	return filepath.Join("testdata", "spark-submit", version, name+kind)
}

func recordedCase(version, name string) bool {
	_, accepted := os.Stat(recording(version, name, ".yaml"))
	_, refused := os.Stat(recording(version, name, ".refused"))
	return accepted == nil || refused == nil
}

// What spark-submit refuses is refused, unless a difference is intended.
func wantRefused(t *testing.T, version, name string) {
	t.Helper()
	if _, err := os.Stat(recording(version, name, ".refused")); err != nil {
		t.Fatal("spark-submit was not run with this case: ", err)
	}
	_, err := readCase(t, name).plan(t, as(version))
	if wanted := submittertest.DifferenceOf(name, version) != submittertest.RefusedThere; wanted != (err != nil) {
		t.Errorf("spark-submit refuses this; got %v", err)
	}
}

// Both sentences of each refusal side by side, for a reader to judge.
func TestRefusals(t *testing.T) {
	var got strings.Builder
	for _, name := range caseNames(t) {
		_, err := readCase(t, name).plan(t, as("4.1.2"))
		if err == nil {
			continue
		}
		if !errors.Is(err, submitter.ErrRefused) && !errors.Is(err, commandline.ErrUsage) {
			t.Errorf("%s: %v is neither a refusal nor a wrong usage", name, err)
		}
		sparks, readErr := os.ReadFile(recording("4.1.2", name, ".refused"))
		if readErr != nil {
			sparks = []byte("(accepts it)\n")
		}
		fmt.Fprintf(&got, "%s\n  spark: %s  swage: %s\n", name, sparks, strings.ReplaceAll(err.Error(), casesDir(t), "/cases"))
	}
	golden(t, filepath.Join("testdata", "refusals.golden"), got.String())
}

// as plans for a version, with the configuration where spark-submit has it.
func as(version string) func(*submitter.Options) {
	return func(o *submitter.Options) { o.SparkVersion, o.ConfIn = version, submitter.ConfInConfigMap }
}

func compare(t *testing.T, version, name string, recorded []byte) {
	t.Helper()
	objects, err := readCase(t, name).plan(t, as(version))
	intended := submittertest.DifferenceOf(name, version)
	if intended == submittertest.RefusedHere {
		if err == nil {
			t.Error("this shall be refused")
		}
		return
	}
	if err != nil {
		t.Fatalf("spark-submit accepts this: %v", err)
	}
	want, got := sparks(t, recorded), ours(t, objects)
	switch intended {
	case submittertest.AnyOrder:
		submittertest.Order(want)
		submittertest.Order(got)
	case submittertest.AnyScratchOrder:
		submittertest.OrderScratch(want)
		submittertest.OrderScratch(got)
	}
	if a, b := text(t, want), text(t, got); a != b {
		t.Errorf("the objects differ:\n%s", udiff.Unified("spark-submit", "swage", a, b))
	}
}

func sparks(t *testing.T, recorded []byte) map[string]any {
	t.Helper()
	all := map[string]any{}
	for document := range strings.SplitSeq(string(recorded), "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		mask(t, all, object)
	}
	return all
}

func ours(t *testing.T, objects *submitter.Objects) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, o := range objects.All() {
		if o.GetNamespace() != objects.Namespace {
			t.Errorf("%T %s is in namespace %q", o, o.GetName(), o.GetNamespace())
		}
		encoded, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(encoded, &object); err != nil {
			t.Fatal(err)
		}
		mask(t, all, object)
	}
	return all
}

func text(t *testing.T, v any) string {
	t.Helper()
	out, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
