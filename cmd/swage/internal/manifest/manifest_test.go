package manifest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/podtemplate/tree"
	"swage.dev/swage/submitter/bounded"
)

func parse(t *testing.T, text string) []manifest.Object {
	t.Helper()
	objects, err := manifest.Parse("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestDocumentsAndLists(t *testing.T) {
	for _, row := range []struct{ rule, text, want string }{
		{"nothing", "", ""},
		{"comments and empty documents", "# a\n---\n\n---\n...\n", ""},
		{"documents", "kind: A\n---\nkind: B\n", "A:1 B:3"},
		{"content behind the marker", "--- {kind: A}\n--- # comment\nkind: B\n", "A:1 B:3"},
		{"directives", "%YAML 1.1\n---\nkind: A\n", "A:3"},
		{"an end marker", "kind: A\n...\n---\nkind: B\n", "A:1 B:4"},
		{"dashes inside a block", "kind: A\ntext: |\n  a\n  ---\n  b\n", "A:1"},
		{"four dashes are text", "kind: |\n ----\n", "----\n:1"},
		{"carriage returns", "kind: A\r\n---\r\nkind: B\r\n", "A:1 B:3"},
		{"a byte order mark", "\xef\xbb\xbfkind: A\n", "A:1"},
		{"a List", "kind: List\nitems:\n- kind: A\n- kind: B\n", "A:3 B:4"},
		{"Lists in Lists, kinds of items", "kind: List\nitems:\n- kind: PodList\n  items:\n  - metadata: {}\n  - metadata: {}\n", "Pod:5 Pod:6"},
		{"an empty List", "kind: PodList\nitems: []\n", ""},
		{"a List without items", "kind: PodList\n", ""},
		{"a kind that only sounds like a List", "kind: AccessList\nitems: {a: b}\n", "AccessList:1"},
		{"JSON", `{"kind":"A"}`, "A:1"},
		{"a stream of JSON", "{\"kind\":\"A\"}\n{\"kind\":\"B\"}{\"kind\":\"C\"}", "A:1 B:2 C:2"},
		{"YAML that begins with a brace", "{kind: A}\n---\nkind: B\n", "A:1 B:3"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var got []string
			for _, o := range parse(t, row.text) {
				got = append(got, o.Kind+strings.TrimPrefix(o.Where(), "f.yaml"))
			}
			if joined := strings.Join(got, " "); joined != row.want {
				t.Errorf("got %q want %q", joined, row.want)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	for _, row := range []struct{ rule, text, want string }{
		{"a list", "kind: A\n---\n- a\n", "f.yaml:2: not a Kubernetes object"},
		{"a string", "hello", "f.yaml:1: not a Kubernetes object"},
		{"an item that is none", "kind: List\nitems: [1]\n", "f.yaml:1: not a Kubernetes object"},
		{"a syntax error, its line counted in the file", "kind: A\n---\nkind: B\n  bad: [\n", "f.yaml: line 4: not valid YAML"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := manifest.Parse("f.yaml", []byte(row.text))
			if err == nil || !strings.HasPrefix(err.Error(), row.want) {
				t.Errorf("got %v want %s...", err, row.want)
			}
		})
	}
	if _, err := manifest.Parse("", []byte("a")); !errors.Is(err, manifest.ErrNotAnObject) {
		t.Errorf("%v is not ErrNotAnObject", err)
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for _, row := range []struct{ yaml, want string }{
		{"9007199254740993", "9007199254740993"},
		{"123456789012345678901234567890", "123456789012345678901234567890"},
		{"1.10", "1.10"},
		{"1e400", "1e400"},
		{"-0", "-0"},
		{"1e3", "1000"},
		{"0x1F", "31"},
		{"017", "15"},
		{"1_000", "1000"},
		{"on", "true"},
		{`"1e400"`, `"1e400"`},
		{"!!str 1.10", `"1.10"`},
		{"[1.10, {a: 1e400}]", `[1.10,{"a":1e400}]`},
		{"1\nv: 1.10", "1.10"},
		{"1.10\nv: \"1.10\"", `"1.10"`},
	} {
		got := string(parse(t, "v: "+row.yaml+"\n")[0].JSON)
		if want := `{"v":` + row.want + `}`; got != want {
			t.Errorf("%s: got %s want %s", row.yaml, got, want)
		}
	}
}

func TestJSONStaysAsItIs(t *testing.T) {
	const text = `{ "kind":"A", "v":1e400, "s":"\ud83d\ude00\/" }`
	if got := string(parse(t, text)[0].JSON); got != text {
		t.Errorf("got %s", got)
	}
	const repeated = `{"a":1,"b":{"c":1,"c":2},"a":3}`
	if got := string(parse(t, repeated)[0].JSON); got != `{"b":{"c":2},"a":3}` {
		t.Errorf("of repeated members the last counts: got %s", got)
	}
}

func TestLines(t *testing.T) {
	const text = `# a comment
kind: List
items:
- kind: ConfigMap
  data:
    a: |
      one
      two
    b: "one\ntwo"
    c: >
      one
      two
---
kind: ConfigMap
data:
  a: |2-

    x
list:
- name: spark
  image: x
`
	objects := parse(t, text)
	for _, row := range []struct {
		what      string
		got, want int
	}{
		{"a line of a literal block", objects[0].LineIn(2, "data", "a"), 8},
		{"a line of a quoted value is the value's", objects[0].LineIn(2, "data", "b"), 9},
		{"so is that of a folded one", objects[0].LineIn(2, "data", "c"), 10},
		{"no line is the key's", objects[0].LineIn(0, "data", "a"), 6},
		{"a path", objects[0].LineOf("data", "c"), 10},
		{"a path that ends early", objects[0].LineOf("data", "nope", "x"), 5},
		{"the object", objects[0].LineOf(), 4},
		{"a later document", objects[1].LineIn(2, "data", "a"), 18},
		{"an element by name", objects[1].LineOf("list", "spark", "image"), 21},
		{"an element by index", objects[1].LineOf("list", "0"), 20},
		{"a line of the document", objects[1].LineInText(2), 14},
	} {
		if row.got != row.want {
			t.Errorf("%s: got line %d want %d", row.what, row.got, row.want)
		}
	}
}

func TestRepeatedKeys(t *testing.T) {
	got := parse(t, "kind: A\n---\nkind: B\ndata:\n  a: 1\n  b: 2\n  a: 3\n")[1].RepeatedKeys()
	if len(got) != 1 || got[0] != (manifest.Repeated{Key: "a", Line: 7, First: 5}) {
		t.Errorf("got %+v", got)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.yaml": "kind: B", "a.yml": "kind: A", "c.json": `{"kind":"C"}`, "d.txt": "kind: D", "e": "kind: E", "f.YAML": "kind: F"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "g.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("e", filepath.Join(dir, "h.yaml")); err != nil {
		t.Fatal(err)
	}
	objects, err := manifest.Read([]string{"-", dir, filepath.Join(dir, "d.txt")}, strings.NewReader("kind: Stdin"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, o := range objects {
		kinds = append(kinds, o.Kind)
	}
	if got := strings.Join(kinds, " "); got != "Stdin A B C E D" {
		t.Errorf("got %s: a folder gives its YAML and JSON files by name, links included, and nothing below", got)
	}
	if _, err := manifest.Read([]string{filepath.Join(dir, "none")}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: got %v", err)
	}
}

// FuzzParse: whatever kubectl's reader takes is read as the same values, but for digits.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"kind: A\nv: [1.10, 1e3, on]\n", "{\"kind\":\"A\"}", "a: &x {b: 1}\nc: *x\nd: {<<: *x, b: 2}\n", "? a\n: b\n", "--- {a: 1}\n...\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		objects, err := manifest.Parse("f", []byte(text))
		if err != nil {
			return
		}
		for _, o := range objects {
			n, err := tree.Parse(o.JSON)
			if err != nil || !n.Is(tree.Object) {
				t.Fatalf("%q gives %s: %v", text, o.JSON, err)
			}
			var value any
			if err := yaml.Unmarshal(o.Text, &value); err != nil && len(objects) == 1 && o.JSON[0] != '{' {
				t.Fatalf("%q: kubectl does not read it: %v", text, err)
			}
			if line := o.LineOf(); line < 1 || line > 1+strings.Count(text, "\n")+strings.Count(text, "\r") {
				t.Fatalf("%q: line %d", text, line)
			}
		}
	})
}

// What has no end is not read for ever.
func TestTooLong(t *testing.T) {
	for _, name := range []string{"/dev/zero", manifest.Stdin} {
		if _, err := manifest.ReadUpTo([]string{name}, strings.NewReader("{}  "), 3); !errors.Is(err, bounded.ErrTooLong) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
