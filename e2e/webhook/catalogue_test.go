package webhook_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The catalogue of failures names tests that exist.
func TestTheCatalogueIsTrue(t *testing.T) {
	t.Parallel()
	catalogue, err := os.ReadFile("catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	exist := testsBelow(t, ".")
	here := len(exist)
	for _, dir := range []string{"../../webhook", "../../certs"} {
		for name := range testsBelow(t, dir) {
			exist[name] = true
		}
	}
	if here == 0 || here == len(exist) {
		t.Fatal("the tests were not found")
	}
	for _, name := range regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(string(catalogue), -1) {
		if !exist[name[1]] {
			t.Errorf("the catalogue names %s, which does not exist", name[1])
		}
	}
}

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w+ \*testing\.[TF]\)`)

func testsBelow(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range testFunction.FindAllSubmatch(text, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
