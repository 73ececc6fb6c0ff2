package doctor

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The table in the documentation is this package's: each check once, in order, with what it asks.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text2, found := strings.Cut(string(text), "<!-- checks -->\n")
	table, _, closed := strings.Cut(text2, "<!-- end of checks -->")
	if !found || !closed {
		t.Fatal("docs/operate.md has no table of checks")
	}
	want := "| check | asks |\n|---|---|\n"
	for _, c := range Checks() {
		want += "| `" + string(c.ID) + "` | " + c.Asks + " |\n"
	}
	if table != want {
		t.Errorf("docs/operate.md has\n%s\nand the checks are\n%s", table, want)
	}
}

// The runbook points at checks that exist.
func TestRunbook(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range Checks() {
		known[string(c.ID)] = true
	}
	named := regexp.MustCompile("doctor: `([^`]+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 8 {
		t.Fatalf("the runbook names %d checks", len(named))
	}
	for _, one := range named {
		for id := range strings.SplitSeq(one[1], " ") {
			if !known[id] {
				t.Errorf("there is no check %q", id)
			}
		}
	}
}
