//go:build node

package sidebyside

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/submitter/submittertest"
)

// S20: given the same command line, spark-submit and swage submit leave the same
// objects in the API server, field by field, or both refuse it. What differs is
// hidden by one table of masks, or is a row of the table of intended differences.
func TestS20TheSameObjectsAreStored(t *testing.T) {
	installPodGroups(t)
	kubeconfig := writeKubeconfig(t)
	for _, v := range chosen(t) {
		t.Run(v.number, func(t *testing.T) {
			home, err := spark.Home(t.Context(), spark.Options{Version: v.number})
			if err != nil {
				t.Fatal(err)
			}
			programs := both(t, home)
			for _, name := range v.cases {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					c, err := submittertest.ReadCase(filepath.Join(testdata, "cases"), name)
					if err != nil {
						t.Fatal(err)
					}
					compare(t, v.number, home, kubeconfig, c, programs)
				})
			}
		})
	}
}

// chosen are the versions to compare, and their cases.
func chosen(t *testing.T) []version {
	t.Helper()
	if !*whole {
		number, err := spark.Version()
		if err != nil {
			t.Fatal(err)
		}
		return few(number)
	}
	cases, err := submittertest.ReadCases(filepath.Join(testdata, "cases"))
	if err != nil {
		t.Fatal(err)
	}
	var all []version
	for _, v := range versions() {
		if only := os.Getenv(spark.VersionVariable); only != "" && only != v.number {
			continue
		}
		if v.cases == nil {
			for _, c := range cases {
				v.cases = append(v.cases, c.Name)
			}
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		t.Fatalf("%s=%s is none of the versions that are compared", spark.VersionVariable, os.Getenv(spark.VersionVariable))
	}
	return all
}

// outcome is what became of a submission.
type outcome struct {
	said    string
	refused bool
	objects map[string]any
}

func compare(t *testing.T, number, home, kubeconfig string, c submittertest.Case, programs [2]submitter) {
	t.Helper()
	namespace := namespaceOf(c, number)
	prepare(t, namespace)
	var outcomes [2]outcome
	for i, program := range programs {
		o := &outcomes[i]
		var err error
		if o.said, o.refused, err = program.submit(t.Context(), home, kubeconfig, namespace, c); err != nil {
			t.Fatalf("%s: %v\n%s", program.name, err, o.said)
		}
		found := stored(t, namespace)
		if o.refused && len(found) > 0 {
			t.Errorf("%s refused it and left %d objects", program.name, len(found))
		}
		if !o.refused && len(found) == 0 {
			t.Errorf("%s exits with 0 and no object:\n%s", program.name, o.said)
		}
		o.objects = comparable(t, found)
		remove(t, namespace)
	}
	if outcomes[0].refused {
		wantReason(t, number, c.Name, outcomes[0].said)
	}
	if problem := judge(t, submittertest.DifferenceOf(c.Name, number), outcomes[0], outcomes[1]); problem != "" {
		t.Error(problem)
	}
}

// wantReason checks that spark-submit refused for the reason that is recorded:
// one that cannot reach the server, say, refuses everything. Without a recording
// it was the server that refused.
func wantReason(t *testing.T, number, name, said string) {
	t.Helper()
	reason, err := os.ReadFile(filepath.Join(testdata, "spark-submit", number, name+".refused"))
	if errors.Is(err, fs.ErrNotExist) {
		reason, err = []byte("Failure executing: POST at: "+server.Config().Host), nil
	}
	if err != nil || !strings.Contains(said, strings.TrimSpace(string(reason))) {
		t.Errorf("expected spark-submit to say %q (%v)\n%s", reason, err, said)
	}
}

// namespaceOf is a namespace of its own for each case, unless the case says one.
func namespaceOf(c submittertest.Case, number string) string {
	if own := map[string]string{"namespace": "team-a", "references": "team-b"}[c.Name]; own != "" {
		return own
	}
	return "s" + strings.ReplaceAll(number, ".", "") + "-" + c.Name
}

// judge says what is wrong with two outcomes, "" for nothing.
func judge(t *testing.T, intended submittertest.Treatment, spark, swage outcome) string {
	t.Helper()
	wantSpark, wantSwage := spark.refused, spark.refused
	switch intended {
	case submittertest.RefusedHere:
		wantSwage = true
	case submittertest.RefusedThere:
		wantSpark, wantSwage = true, false
	case submittertest.AnyOrder:
		submittertest.Order(spark.objects)
		submittertest.Order(swage.objects)
	case submittertest.AnyScratchOrder:
		submittertest.OrderScratch(spark.objects)
		submittertest.OrderScratch(swage.objects)
	case submittertest.HiddenConf:
		unhide(t, swage.objects)
	}
	if spark.refused != wantSpark || swage.refused != wantSwage {
		return fmt.Sprintf("refused by spark-submit: %t, by swage submit: %t\nspark-submit: %s\nswage submit: %s", spark.refused, swage.refused, spark.said, swage.said)
	}
	if a, b := asYAML(t, spark.objects), asYAML(t, swage.objects); a != b && !spark.refused && !swage.refused {
		return "the objects differ:\n" + udiff.Unified("spark-submit", "swage submit", a, b)
	}
	return ""
}

// The judgement itself is judged: it sees what it should see.
func TestWhatTheJudgementSees(t *testing.T) {
	stored := func(env ...string) outcome {
		list := []any{}
		for _, name := range env {
			list = append(list, map[string]any{"name": name})
		}
		return outcome{objects: map[string]any{"Pod p": map[string]any{"env": list}}}
	}
	refused := outcome{refused: true, objects: map[string]any{}}
	for _, row := range []struct {
		rule         string
		intended     submittertest.Treatment
		spark, swage outcome
		fine         bool
	}{
		{"equal objects", "", stored("A"), stored("A"), true},
		{"another member", "", stored("A"), stored("B"), false},
		{"another order", "", stored("A", "B"), stored("B", "A"), false},
		{"an order that is not meant", submittertest.AnyOrder, stored("A", "B"), stored("B", "A"), true},
		{"one less, in any order", submittertest.AnyOrder, stored("A", "B"), stored("B"), false},
		{"both refuse", "", refused, refused, true},
		{"only one refuses", "", refused, stored("A"), false},
		{"only the other refuses", "", stored("A"), refused, false},
		{"it shall be refused here", submittertest.RefusedHere, stored("A"), refused, true},
		{"it shall be refused here, and is not", submittertest.RefusedHere, stored("A"), stored("A"), false},
		{"it is refused there", submittertest.RefusedThere, refused, stored("A"), true},
		{"it is refused there no more", submittertest.RefusedThere, stored("A"), stored("A"), false},
	} {
		if problem := judge(t, row.intended, row.spark, row.swage); (problem == "") != row.fine {
			t.Errorf("%s: got %q", row.rule, problem)
		}
	}
}
