package properties_test

import (
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"swage.dev/swage/submitter/properties"
)

// S12: the syntax of java.util.Properties in full.
func TestParse(t *testing.T) {
	for _, row := range []struct{ rule, text, key, value string }{
		{"a key ends at =", "a=1", "a", "1"},
		{"or at a colon", "a:1", "a", "1"},
		{"or at a blank", "a 1", "a", "1"},
		{"or at a tab", "a\t1", "a", "1"},
		{"blanks around the separator are nothing", "a \t= \f1", "a", "1"},
		{"only the first separator counts", "a==1", "a", "=1"},
		{"a blank, then a colon: one separator", "a : 1:2", "a", "1:2"},
		{"a value may be missing", "a", "a", ""},
		{"a key may be missing", "=1", "", "1"},
		{"blanks at the end belong to the value", "a=1 ", "a", "1 "},
		{"blanks before a key are nothing", "  a=1", "a", "1"},
		{"an escaped separator belongs to the key", `a\=\:\ b=1`, "a=: b", "1"},
		{"named escapes", `a=\t\n\r\f`, "a", "\t\n\r\f"},
		{"an unknown escape is the character", `a=\q\\`, "a", `q\`},
		{"characters by number", `a=\u00e4\u65e5`, "a", "ä日"},
		{"characters beyond 16 bits are two numbers", `a=\ud83d\ude00`, "a", "😀"},
		{"half of such a character is no character", `a=\ud83dx`, "a", "\ufffdx"},
		{"a backslash continues a line, whose blanks are nothing", "a=1\\\n   2", "a", "12"},
		{"two backslashes do not", "a=1\\\\\nb=2", "a", `1\`},
		{"a comment is not continued", "#x\\\na=1", "a", "1"},
		{"within a continued line there are no comments", "a=1\\\n#2", "a", "1#2"},
		{"a backslash at the very end is nothing", "a=1\\", "a", "1"},
		{"lines end as they do elsewhere", "x=1\r\na=2\rb=3", "a", "2"},
		{"a hash within a value is a hash", "a=1 # no comment", "a", "1 # no comment"},
		{"the last of the same key holds", "a=1\na=2", "a", "2"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			all, err := properties.Parse(row.text)
			if got, found := all[row.key]; err != nil || !found || got != row.value {
				t.Errorf("%q: %q, %v: got %q of %q", row.text, all, err, got, row.key)
			}
		})
	}
}

func TestCommentsAndEmptyLinesSayNothing(t *testing.T) {
	if all, err := properties.Parse("\n#a=1\n  ! b=2\n\t\n"); err != nil || len(all) != 0 {
		t.Errorf("got %q, %v", all, err)
	}
}

func TestAnErrorNamesItsLine(t *testing.T) {
	_, err := properties.Parse("a=1\n\nb=\\u12g4\n")
	if err == nil || !strings.Contains(err.Error(), "line 3") || !strings.Contains(err.Error(), `\u12g4`) {
		t.Errorf("got %v", err)
	}
}

func TestFormatIsSortedAndASCII(t *testing.T) {
	got := properties.Format(map[string]string{"b": " x y", "a b": "k8s://h:1#!", "c": "ä😀\n"})
	const want = `a\ b=k8s\://h\:1\#\!` + "\n" + `b=\ x y` + "\n" + `c=\u00E4\uD83D\uDE00\n` + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add("spark.a", "1")
	f.Add(" a=:#!\\", " b \t\n\f\r\u2028😀\\")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, key, value string) {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return
		}
		want := map[string]string{key: value, "other": "x"}
		got, err := properties.Parse(properties.Format(want))
		if err != nil || !maps.Equal(got, want) {
			t.Fatalf("%q became %q, %v", want, got, err)
		}
	})
}
