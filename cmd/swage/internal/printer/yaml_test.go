package printer_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate/tree"
)

func parse(t testing.TB, text string) *tree.Node {
	t.Helper()
	n, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatalf("reading %s: %v", text, err)
	}
	return n
}

func TestYAMLLooksLikeKubectls(t *testing.T) {
	const pod = `{"kind":"Pod","apiVersion":"v1","metadata":{"labels":{},"name":"a"},` +
		`"spec":{"containers":[{"name":"c","args":["--class","x y","k8s://h:6443"],"ports":[]}],"matrix":[[1,2],[]]}}`
	const want = `apiVersion: v1
kind: Pod
metadata:
  labels: {}
  name: a
spec:
  containers:
  - args:
    - --class
    - x y
    - k8s://h:6443
    name: c
    ports: []
  matrix:
  - - 1
    - 2
  - []
`
	if got := string(printer.YAML(parse(t, pod))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestYAMLQuotesWhatYAML11WouldMisread(t *testing.T) {
	for _, text := range []string{
		"", "y", "N", "on", "Off", "YES", "no", "true", "False", "null", "~", "=", "<<",
		"1", "-1", "+1", "017", "0o17", "0x1F", "0b11", "1e3", "1_000", "1.5", ".5", ".inf", "-.Inf", ".NaN", "12:30", "190:20:30",
		"2001-01-01", "2001-12-14t21:59:43.10-05:00", "10.0.0.1", "- a", "-", "--", "---", "...", "? a", ": a", "a: b", "a:", "a #b", "# a",
		"&a", "*a", "!a", "%a", "@a", "`a", "{{APP_ID}}", "[a]", "'a'", "\"a\"", "|", ">", " a", "a ", "a\tb", "a\x7f", "a\u0085b", "a\u2028b", "\ufeffa", "é",
	} {
		got := string(printer.YAML(tree.NewString(text)))
		if !strings.HasPrefix(got, `"`) {
			t.Errorf("%q is printed as %s", text, got)
		}
	}
}

func TestYAMLLeavesOrdinaryStringsPlain(t *testing.T) {
	for _, text := range []string{"spark", "100m", "896Mi", "/opt/spark", "--class", "-Dx=y", "a:b", "a#b", "local:///opt/pi.py", "IfNotPresent", "nope"} {
		if got := string(printer.YAML(tree.NewString(text))); got != text+"\n" {
			t.Errorf("%q is printed as %s", text, got)
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for _, number := range []string{"1e400", "9007199254740993", "123456789012345678901234567890", "1.10", "-0", "1E+2"} {
		n := parse(t, `{"v":`+number+`}`)
		if got, want := string(printer.YAML(n)), "v: "+number+"\n"; got != want {
			t.Errorf("YAML: got %s want %s", got, want)
		}
		if got, want := string(printer.JSON([]byte(n.JSON()))), "{\n    \"v\": "+number+"\n}\n"; got != want {
			t.Errorf("JSON: got %s want %s", got, want)
		}
	}
}

func TestYAMLBlocks(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb":        "t: |-\n  a\n  b\n",
		"a\n":         "t: |\n  a\n",
		"a\n\n":       "t: |+\n  a\n\n",
		"a\n  b\n\nc": "t: |-\n  a\n    b\n\n  c\n",
		" a\nb":       "t: \" a\\nb\"\n",
		"a \nb":       "t: \"a \\nb\"\n",
		"\na":         "t: \"\\na\"\n",
		"a\r\nb":      "t: \"a\\u000d\\nb\"\n",
	} {
		n := tree.NewObject()
		n.Set("t", tree.NewString(text))
		if got := string(printer.YAML(n)); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
		roundTrip(t, n.JSON())
	}
}

func TestYAMLOfLongKeys(t *testing.T) {
	long := strings.Repeat("k", 2000)
	roundTrip(t, `{"`+long+`":{"a":["x",{"b":1}]},"z":["`+long+`"]}`)
}

// roundTrip checks that kubectl reads the same value from our YAML.
func roundTrip(t testing.TB, text string) {
	t.Helper()
	n := parse(t, text)
	out := printer.YAML(n)
	back, err := yaml.YAMLToJSON(out)
	if err != nil {
		t.Fatalf("%s\nis printed as\n%s\nwhich is not read: %v", text, out, err)
	}
	if !tree.Equal(n, parse(t, string(back))) {
		t.Fatalf("%s\nis printed as\n%s\nand read as\n%s", text, out, back)
	}
}

func FuzzYAMLRoundTrip(f *testing.F) {
	for _, seed := range []string{
		`{"a":"y","b":["1e3",{"c":null}],"on":true,"d":{},"e":[[],[1]]}`,
		`{"":"","a\nb":"c\n d\n\n","\u2028":"\ud83d\ude00","k: v":"x: #"}`,
		`[[["-"],"|"],{"?":"? a"},"\t"]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := tree.Parse([]byte(text))
		if err != nil || n.Len() == 0 || unrepresentable(n) {
			return
		}
		roundTrip(t, n.JSON())
	})
}

// unrepresentable leaves out what kubectl's reader rounds, and repeated keys.
func unrepresentable(n *tree.Node) bool {
	seen := map[string]bool{}
	for _, kid := range n.Kids() {
		if kid.Is(tree.Number) && (len(kid.Raw()) > 15 || kid.Raw() == "-0") || strings.ContainsAny(kid.Raw(), "eE") && kid.Is(tree.Number) {
			return true
		}
		if n.Is(tree.Object) && seen[kid.Name()] || kid.Name() == "<<" {
			return true
		}
		seen[kid.Name()] = true
		if unrepresentable(kid) {
			return true
		}
	}
	return false
}
