package sparkapplication_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter/sparkapplication"
)

// recordedFields are the API's, as the operator has them: kind and path below
// spec, without those that only hold others.
func recordedFields(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, path, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(line), " required"), " spec.")
		all = append(all, kind+" "+strings.ReplaceAll(path, "[]", ""))
	}
	return all
}

// S24: every field of the API has its row, and no row is of anything else.
func TestS24EveryFieldHasARow(t *testing.T) {
	rows := map[string]bool{}
	for _, f := range sparkapplication.Fields() {
		key := f.Kind + " " + f.Path
		if rows[key] {
			t.Errorf("%s has two rows", key)
		}
		rows[key] = true
	}
	recorded := recordedFields(t)
	if len(recorded) < 180 {
		t.Fatalf("only %d fields are recorded", len(recorded))
	}
	for _, field := range recorded {
		if !rows[field] && !holdsOthers(recorded, field) {
			t.Errorf("%s has no row", field)
		}
		delete(rows, field)
	}
	for row := range rows {
		if !strings.Contains(row, "envSecretKeyRefs.") { // its values are an object of the API, too
			t.Errorf("%s is no field of the API", row)
		}
	}
}

func holdsOthers(all []string, field string) bool {
	return slices.ContainsFunc(all, func(other string) bool { return strings.HasPrefix(other, field+".") })
}

// docs is the page whose tables are the code's.
const docs = "../../docs/sparkapplication.md"

// S24: the documentation has the same rows, and says the same of them.
func TestS24DocumentationHasTheTable(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- fields -->\n", "<!-- end of fields -->\n"
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ends := strings.Cut(rest, end)
	if !found || !ends {
		t.Fatalf("%s has no place for the table", docs)
	}
	want := before + begin + tables() + end + after
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s differs from the table in code; run with -update", docs)
	}
	if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tables are the rows as Markdown. What driver and executor have in common
// stands once.
func tables() string {
	fields := sparkapplication.Fields()
	var out strings.Builder
	for _, section := range []struct {
		title string
		of    func(sparkapplication.Field) bool
		name  func(path string) string
	}{
		{"`spec` of a SparkApplication", func(f sparkapplication.Field) bool {
			return f.Kind == sparkapplication.Kind && !strings.HasPrefix(f.Path, "driver.") && !strings.HasPrefix(f.Path, "executor.")
		}, nil},
		{
			"`spec.driver` and `spec.executor`", func(f sparkapplication.Field) bool { return strings.HasPrefix(f.Path, "driver.") && common(fields, f) },
			func(path string) string { return strings.TrimPrefix(path, "driver.") },
		},
		{"One of them only", func(f sparkapplication.Field) bool {
			return (strings.HasPrefix(f.Path, "driver.") || strings.HasPrefix(f.Path, "executor.")) && !common(fields, f)
		}, nil},
		{"`spec` of a ScheduledSparkApplication", func(f sparkapplication.Field) bool { return f.Kind == sparkapplication.ScheduledKind }, nil},
	} {
		fmt.Fprintf(&out, "\n### %s\n\n| field | | |\n|---|---|---|\n", section.title)
		for _, f := range fields {
			if !section.of(f) {
				continue
			}
			name, as := f.Path, f.As
			if section.name != nil {
				name, as = section.name(f.Path), strings.ReplaceAll(as, ".driver.", ".SIDE.")
			}
			fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, f.Outcome, as)
		}
	}
	return out.String() + "\n"
}

// common tells of a field of the driver's that executors have as well.
func common(fields []sparkapplication.Field, f sparkapplication.Field) bool {
	_, name, _ := strings.Cut(f.Path, ".")
	return slices.ContainsFunc(fields, func(other sparkapplication.Field) bool { return other.Path == "executor."+name }) &&
		slices.ContainsFunc(fields, func(other sparkapplication.Field) bool { return other.Path == "driver."+name })
}
