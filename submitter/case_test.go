package submitter_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// submission is one of testdata/cases: a command line with the environment it
// is given in. Lines that begin with "# " say what it is about, with "$ " set a
// variable; each other line is an argument.
type submission struct {
	args []string
	env  map[string]string
}

func readCase(t testing.TB, name string) submission {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cases", name+".args"))
	if err != nil {
		t.Fatal(err)
	}
	s := submission{env: map[string]string{"SPARK_USER": "alice"}}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if variable, ok := strings.CutPrefix(line, "$ "); ok {
			name, value, _ := strings.Cut(variable, "=")
			s.env[name] = value
		} else if !strings.HasPrefix(line, "# ") {
			s.args = append(s.args, line)
		}
	}
	return s
}

func caseNames(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.args"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".args"))
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
	}, s.args...))
	if err != nil {
		return nil, err
	}
	env := maps.Clone(s.env)
	o := submitter.Options{
		Line: line, Files: os.DirFS("/"), Dir: casesDir(t), Random: zeros{}, Now: func() time.Time { return noon },
		Env: func(name string) (string, bool) { value, set := env[name]; return value, set },
	}
	if edit != nil {
		edit(&o)
	}
	return submitter.Plan(o)
}

const pi = "local:///opt/spark/examples/pi.py"

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
