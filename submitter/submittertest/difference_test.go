package submittertest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter/submittertest"
)

const root = "../.."

// S20: the differences that tests allow are those that docs/submit.md explains,
// in its order: none more, none less, and each is tested.
func TestS20EachDifferenceIsWrittenDownAndTested(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "submit.md"))
	if err != nil {
		t.Fatal(err)
	}
	var tested []string
	for _, d := range submittertest.Differences() {
		tested = append(tested, d.Row)
	}
	if written := rows(t, string(text)); !slices.Equal(written, slices.Compact(tested)) {
		t.Errorf("docs/submit.md has\n  %s\nsubmittertest.Differences has\n  %s", strings.Join(written, "\n  "), strings.Join(tested, "\n  "))
	}
	names := testNames(t)
	for _, d := range submittertest.Differences() {
		if (d.Test == "") == (len(d.Cases) == 0) || (d.Treatment == "") != (len(d.Cases) == 0) {
			t.Errorf("%s: expected either cases and their treatment, or a test", d.Row)
		}
		if d.Test != "" && !names[d.Test] {
			t.Errorf("%s: there is no %s", d.Row, d.Test)
		}
		for _, name := range d.Cases {
			if _, err := submittertest.ReadCase(filepath.Join(root, "submitter", "testdata", "cases"), name); err != nil {
				t.Errorf("%s: %v", d.Row, err)
			}
		}
	}
}

// rows are the first cells of the table of intended differences. Each of its
// rows has four cells, none of them empty.
func rows(t *testing.T, text string) []string {
	t.Helper()
	_, section, found := strings.Cut(text, "## Intended differences\n")
	if !found {
		t.Fatal("docs/submit.md has no intended differences")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		if len(cells) != 4 || slices.Contains(cells, "") {
			t.Errorf("four cells are expected in %s", line)
		}
		all = append(all, strings.TrimSpace(cells[0]))
	}
	if len(all) < 2 {
		t.Fatal("the table has no rows")
	}
	return all[1:] // without the heading
}

// testNames are the tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	names := map[string]bool{}
	for _, folder := range []string{"submitter", "cmd", "e2e"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(file string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			for _, match := range function.FindAllStringSubmatch(string(text), -1) {
				names[match[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestDifferencesOfVersions(t *testing.T) {
	for _, row := range []struct {
		name, version string
		want          submittertest.Treatment
	}{
		{"volcano", "3.5.9", submittertest.RefusedThere},
		{"volcano", "4.2.0", ""},
		{"scratch-environment", "3.5.9", submittertest.AnyScratchOrder},
		{"scratch-environment", "4.1.2", ""},
		{"pi", "3.5.9", ""},
		{"volumes", "4.3.0", submittertest.AnyOrder},
	} {
		if got := submittertest.DifferenceOf(row.name, row.version); got != row.want {
			t.Errorf("%s with %s: got %q", row.name, row.version, got)
		}
	}
}
