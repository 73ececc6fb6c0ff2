package suite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/suite"
)

// one writes a suite of one case.
func one(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"templates/a.yaml", "cases/one/pod.yaml", "cases/one/want.yaml", "cases/one/case.yaml"} {
		write(t, filepath.Join(dir, name), "{}\n")
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func every(string) bool { return true }

// A link that leads nowhere is an error wherever it lies: what it stood for would be tested no more, and nobody would see.
func TestALinkThatLeadsNowhere(t *testing.T) {
	for _, name := range []string{"templates", "templates/b.yaml", "cases", "cases/two", "cases/one/pod.yaml", "cases/one/want.yaml", "cases/one/case.yaml"} {
		dir := one(t)
		path := filepath.Join(dir, name)
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("nowhere", path); err != nil {
			t.Fatal(err)
		}
		if _, err := suite.Find([]string{dir}, []string{dir}, every); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A link that leads to a folder is as good as the folder.
func TestALinkToAFolder(t *testing.T) {
	for _, name := range []string{"templates", "cases", "cases/one"} {
		dir, elsewhere := one(t), filepath.Join(t.TempDir(), "there")
		path := filepath.Join(dir, name)
		if err := os.Rename(path, elsewhere); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, path); err != nil {
			t.Fatal(err)
		}
		suites, err := suite.Find([]string{dir}, nil, every)
		if err != nil || len(suites) != 1 || len(suites[0].Cases) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The pods of a case are bounded as all files of a suite are.
func TestPodsAreBounded(t *testing.T) {
	dir := one(t)
	suites, err := suite.Find([]string{dir}, nil, every)
	if err != nil {
		t.Fatal(err)
	}
	pods := filepath.Join(dir, "cases/one/pod.yaml")
	if err := os.Truncate(pods, 17<<20); err != nil {
		t.Fatal(err)
	}
	_, err = suite.Run(suites[0].Cases[0], nil, "")
	if err == nil || err.Error() != pods+": it has more than 16 MiB; is it the right file?" {
		t.Errorf("got %v", err)
	}
}
