package submitter_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/submittertest"
)

// submission is a case that a test plans.
type submission struct{ submittertest.Case }

func readCase(t testing.TB, name string) submission {
	t.Helper()
	c, err := submittertest.ReadCase(casesDir(t), name)
	if err != nil {
		t.Fatal(err)
	}
	return submission{c}
}

func caseNames(t testing.TB) []string {
	t.Helper()
	cases, err := submittertest.ReadCases(casesDir(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	return names
}

// casesDir is the folder in which spark-submit was run.
func casesDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// noon is when all plans of tests are made.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// zeros is randomness that a test can foresee.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// plan plans a submission as spark-submit was called for the recordings.
func (s submission) plan(t testing.TB, edit func(*submitter.Options)) (*submitter.Objects, error) {
	t.Helper()
	line, err := commandline.Parse(append([]string{
		"--master", "k8s://https://127.0.0.1:6443", "--deploy-mode", "cluster",
		"--conf", "spark.kubernetes.submission.waitAppCompletion=false",
	}, s.Args...))
	if err != nil {
		return nil, err
	}
	o := submitter.Options{
		Line: line, ExecutorsBy: submitter.ByDriver, Files: os.DirFS("/"), Dir: casesDir(t), Random: zeros{}, Now: func() time.Time { return noon },
		Env: func(name string) (string, bool) { value, set := s.Env[name]; return value, set },
	}
	if edit != nil {
		edit(&o)
	}
	return submitter.Plan(o)
}

var update = flag.Bool("update", false, "write what is made as the expected output")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("run with -update and look at the difference:\n%s", udiff.Unified("want", "got", string(want), got))
	}
}
