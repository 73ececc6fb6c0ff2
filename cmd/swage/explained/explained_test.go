package explained_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/explained"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// change is a row's shorthand for a podtemplate.Change.
func change(op podtemplate.Op, template, path, old, wanted string) podtemplate.Change {
	return podtemplate.Change{Op: op, Template: template, Path: path, Old: raw(old), New: raw(wanted), Rule: "R"}
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func shown(t *testing.T, before, after string, opts explained.Options, changes ...podtemplate.Change) string {
	t.Helper()
	var out bytes.Buffer
	explained.Write(&out, explained.Diff(parse(t, before), parse(t, after), changes), opts)
	return out.String()
}

func parse(t *testing.T, text string) *tree.Node {
	t.Helper()
	n, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const add, replace, remove = podtemplate.OpAdd, podtemplate.OpReplace, podtemplate.OpRemove

var diffRows = []struct {
	rule, before, after string
	changes             []podtemplate.Change
	want                string
}{
	{"what is equal is not shown", `{"spec":{"a":1}}`, `{"spec":{"a":1}}`, nil, ""},
	{
		"a value that came, with its author and rule below where it is", `{"spec":{}}`, `{"spec":{"x":{"a":"b"}}}`,
		[]podtemplate.Change{change(add, "t", "/spec/x", "", `{"a":"b"}`)},
		"    spec:\nt +   x: {a: b}  [R]\n",
	},
	{
		"parents that came with it are its author's", `{}`, `{"spec":{"x":{"a":"b"}}}`,
		[]podtemplate.Change{change(add, "t", "/spec/x/a", "", `"b"`)},
		"t + spec: {x: {a: b}}  [R]\n",
	},
	{
		"a value in place of another", `{"spec":{"x":1}}`, `{"spec":{"x":2}}`,
		[]podtemplate.Change{change(replace, "t", "/spec/x", "1", "2")},
		"    spec:\nt -   x: 1  [R]\nt +   x: 2  [R]\n",
	},
	{
		"a value that went", `{"spec":{"x":1,"y":1}}`, `{"spec":{"y":1}}`,
		[]podtemplate.Change{change(remove, "t", "/spec/x", "1", "")},
		"    spec:\nt -   x: 1  [R]\n",
	},
	{
		"elements are found by their key, wherever they are",
		`{"spec":{"containers":[{"name":"a","image":"i"}]}}`, `{"spec":{"containers":[{"name":"b"},{"name":"a","image":"j"}]}}`,
		[]podtemplate.Change{change(replace, "t", "/spec/containers/1/image", `"i"`, `"j"`), change(add, "u", "/spec/containers/0", "", `{"name":"b"}`)},
		"    spec:\n      containers:\nu +   - {name: b}  [R]\n      - name: a\nt -     image: i  [R]\nt +     image: j  [R]\n",
	},
	{
		"elements without a key are there or not", `{"spec":{"x":["a","b"]}}`, `{"spec":{"x":["b","c"]}}`,
		[]podtemplate.Change{change(remove, "t", "/spec/x/0", `"a"`, ""), change(add, "u", "/spec/x/1", "", `"c"`)},
		"    spec:\n      x:\nt -   - a  [R]\nu +   - c  [R]\n",
	},
	{
		"what several wanted is parted by author", `{"spec":{}}`, `{"spec":{"x":{"a":1,"b":2}}}`,
		[]podtemplate.Change{change(add, "t", "/spec/x", "", `{"a":1}`), change(add, "u", "/spec/x/b", "", "2")},
		"    spec:\n  +   x:\nt +     a: 1  [R]\nu +     b: 2  [R]\n",
	},
	{
		"what no change states is the API server's, also inside of what one does", `{"spec":{}}`, `{"spec":{"volumes":[{"name":"v","secret":{"secretName":"s","defaultMode":420}}]}}`,
		[]podtemplate.Change{change(add, "t", "/spec/volumes/0", "", `{"name":"v","secret":{"secretName":"s"}}`)},
		"             spec:\n           +   volumes:\nt          +   - name: v  [R]\n           +     secret:\nAPI server +       defaultMode: 420\nt          +       secretName: s  [R]\n",
	},
	{
		"Swage's own annotation is Swage's", `{"metadata":{}}`, `{"metadata":{"annotations":{"a":"b"}}}`,
		[]podtemplate.Change{change(add, "", "/metadata/annotations/a", "", `"b"`)},
		"        metadata:\nswage +   annotations: {a: b}  [R]\n",
	},
	{
		"keys with a slash are found", `{}`, `{"a/b~c":1}`,
		[]podtemplate.Change{change(add, "t", "/a~1b~0c", "", "1")},
		"t + a/b~c: 1  [R]\n",
	},
	{
		"a list that came, by two", `{"spec":{}}`, `{"spec":{"tolerations":[{"key":"a"},{"key":"b"}]}}`,
		[]podtemplate.Change{change(add, "t", "/spec/tolerations/0", "", `{"key":"a"}`), change(add, "u", "/spec/tolerations/1", "", `{"key":"b"}`)},
		"    spec:\n  +   tolerations:\nt +   - {key: a}  [R]\nu +   - {key: b}  [R]\n",
	},
}

func TestDiff(t *testing.T) {
	for _, row := range diffRows {
		t.Run(row.rule, func(t *testing.T) {
			if got := shown(t, row.before, row.after, explained.Options{}, row.changes...); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestWhatWasWantedInVain(t *testing.T) {
	conflict := change(podtemplate.OpNone, "t", "/spec/x", "1", "2")
	conflict.Resolution = podtemplate.Kept
	left := change(podtemplate.OpNone, "t", "/spec/y", "", `{"a":3}`)
	left.Note = "its volume was not added"
	const want = "t ! /spec/x: 2 is not put in place of 1  [R, kept]\n  ! /spec/y: {a: 3}  [R, its volume was not added]\n"
	if got := shown(t, `{"spec":{"x":1}}`, `{"spec":{"x":1}}`, explained.Options{}, conflict, left); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What does not fit into a line takes several, each short enough for a terminal.
func TestLongValues(t *testing.T) {
	long := strings.Repeat("x", 60)
	value := `{"name":"` + long + `","list":[{"deep":{"a":"` + long + `","b":"` + long + `"}},"` + long + long + `"]}`
	got := shown(t, `{"spec":{}}`, `{"spec":{"volumes":[`+value+`]}}`, explained.Options{}, change(podtemplate.OpAdd, "t", "/spec/volumes/0", "", value))
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 8 || strings.Count(got, "[R]") != 1 {
		t.Errorf("got %d lines:\n%s", len(lines), got)
	}
	for _, line := range lines {
		if len([]rune(line)) > 118 {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
}

func TestColourOnlyWhereWanted(t *testing.T) {
	wanted := change(podtemplate.OpAdd, "long-name", "/spec/x", "", "1")
	short := func(by string) string { return strings.TrimPrefix(by, "long-") }
	plain := shown(t, `{"spec":{}}`, `{"spec":{"x":1}}`, explained.Options{Name: short}, wanted)
	if plain != "       spec:\nname +   x: 1  [R]\n" {
		t.Errorf("plain: %q", plain)
	}
	coloured := shown(t, `{"spec":{}}`, `{"spec":{"x":1}}`, explained.Options{Name: short, Colour: true}, wanted)
	if !strings.Contains(coloured, "\x1b[32m+   x: 1\x1b[0m") || !strings.Contains(coloured, "\x1b[36mname\x1b[0m") {
		t.Errorf("coloured: %q", coloured)
	}
}
