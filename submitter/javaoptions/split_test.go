package javaoptions

import (
	"maps"
	"slices"
	"testing"
)

// S12: SPARK_SUBMIT_OPTS is split as Spark's launcher splits it.
func TestS12SplitAsTheLauncher(t *testing.T) {
	for _, row := range []struct {
		rule, text string
		want       []string
	}{
		{"blanks separate", " a  b\tc\nd ", []string{"a", "b", "c", "d"}},
		{"quotes hold words together", `a "b c" 'd e'`, []string{"a", "b c", "d e"}},
		{"within a word too", `-Da="b c"d`, []string{"-Da=b cd"}},
		{"one kind of quote is text in the other", `"it's" '"'`, []string{"it's", `"`}},
		{"a backslash keeps what follows", `a\ b \"c`, []string{"a b", `"c`}},
		{"but not in single quotes", `'a\b'`, []string{`a\b`}},
		{"empty quotes are an empty word", `a ""`, []string{"a", ""}},
		{"an open quote ends with the text", `a "b c`, []string{"a", "b c"}},
		{"nothing is no word", "", nil},
	} {
		if got := splitLaunch(row.text); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q: got %q, want %q", row.rule, row.text, got, row.want)
		}
	}
}

func TestSystemProperties(t *testing.T) {
	got := SystemProperties(`-Xmx1g -Dspark.a=1 "-Dspark.b=x y" -Dspark.c -Duser.name=z -Dspark.a=2`)
	if want := map[string]string{"spark.a": "2", "spark.b": "x y", "spark.c": ""}; !maps.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// S4: an executor's options are split as Spark splits those.
func TestS4SplitAsExecutors(t *testing.T) {
	for _, row := range []struct {
		rule, text string
		want       []string
	}{
		{"blanks separate", " a  b\tc\nd ", []string{"a", "b", "c", "d"}},
		{"quotes hold words together", `a "b c" 'd e'`, []string{"a", "b c", "d e"}},
		{"a backslash keeps what follows between double quotes", `"a\"b"`, []string{`a"b`}},
		{"and is text elsewhere", `a\ b '\'`, []string{`a\`, "b", `\`}},
		{"other blanks are text", "a\vb\u00a0c", []string{"a\vb\u00a0c"}},
		{"nothing is no word", "", nil},
	} {
		if got := Split(row.text); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q: got %q, want %q", row.rule, row.text, got, row.want)
		}
	}
}
