package tree_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

func parse(t testing.TB, text string, opaque ...string) *tree.Node {
	t.Helper()
	n, err := tree.Parse([]byte(text), opaque...)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return n
}

func TestParseKeepsWhatItReads(t *testing.T) {
	tests := map[string]string{
		"the order of members":              `{"b":1,"a":2,"c":{"z":1,"y":2}}`,
		"digits that a float would lose":    `[9007199254740993,1.10,1e400,-0]`,
		"members that nobody knows":         `{"x-unknown":{"deep":[{"a":null}]}}`,
		"escapes in strings":                `{"a":"\u00e9\n\"\\/"}`,
		"escapes in names":                  `{"a\"b":1}`,
		"empty objects and lists":           `{"a":{},"b":[],"c":[[],{}]}`,
		"a member that is there twice":      `{"a":1,"a":2}`,
		"the empty name":                    `{"":{"":1}}`,
		"literals":                          `[true,false,null]`,
		"a string":                          `"x"`,
		"what is between surrogates":        `"😀"`,
		"text beyond the basic plane as is": `"😀"`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if got := parse(t, text).JSON(); got != text {
				t.Errorf("got %s, want %s", got, text)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"nothing":               ``,
		"a comma too many":      `[1,]`,
		"a truncated object":    `{"a":1`,
		"a truncated string":    `"a`,
		"mismatched brackets":   `[1}`,
		"half a surrogate pair": `"\ud83d"`,
		"invalid UTF-8":         "\"\xff\"",
		"a control character":   "\"\x01\"",
		"nesting without end":   strings.Repeat("[", 502) + strings.Repeat("]", 502),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if n, err := tree.Parse([]byte(text)); err == nil {
				t.Errorf("got %s, want an error", n.JSON())
			}
		})
	}
}

func TestParseRefusesASecondValue(t *testing.T) {
	for _, text := range []string{`{} {}`, `1 2`, `{}x`} {
		if _, err := tree.Parse([]byte(text)); !errors.Is(err, tree.ErrTrailing) {
			t.Errorf("Parse(%s): got %v, want ErrTrailing", text, err)
		}
	}
}

func TestOpaqueMembers(t *testing.T) {
	const text = `{"metadata":{"managedFields":[ {"f:a": {}}, {"x":1} ],"name":"p"}}`
	t.Run("are written as they were read", func(t *testing.T) {
		if got := parse(t, text, "managedFields").JSON(); got != text {
			t.Errorf("got %s", got)
		}
	})
	t.Run("open when somebody looks", func(t *testing.T) {
		root := parse(t, text, "managedFields")
		second := root.At("metadata", "managedFields").Elements()[1]
		if x, _ := second.Get("x").Int(); x != 1 {
			t.Errorf("x is %d, want 1", x)
		}
		if got, want := second.Get("x").PointerAsRead(), "/metadata/managedFields/1/x"; got != want {
			t.Errorf("pointer %s, want %s", got, want)
		}
		if got := root.JSON(); got != strings.ReplaceAll(text, " ", "") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("are validated", func(t *testing.T) {
		if _, err := tree.Parse([]byte(`{"managedFields":[}`), "managedFields"); err == nil {
			t.Error("want an error")
		}
	})
	t.Run("too deep to open are not lost", func(t *testing.T) {
		deep := `{"managedFields":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`
		root := parse(t, deep, "managedFields")
		root.Get("managedFields").Kids()
		if got := root.JSON(); got != deep {
			t.Errorf("got %.80s", got)
		}
	})
	t.Run("survive a copy", func(t *testing.T) {
		c := parse(t, text, "managedFields").Clone()
		if !c.At("metadata", "managedFields").Elements()[0].Get("f:a").Is(tree.Object) {
			t.Error("the copy cannot be looked into")
		}
	})
}

// FuzzParse: what is read is written back with the same meaning, and nothing
// that encoding/json refuses is accepted.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.50,-0,1e5],"b":{"c":"\u00e9","d":null}}`, `[[[]]]`, `{"a":1,"a":{"b":2}}`, `"\ud83d\ude00"`,
		`{"managedFields":[ {"f:x": {} } ],"z":true}`, "{\"\u2028\":\"\x7f\"}", ` [ ] `, `{"":0}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := tree.Parse(text, "managedFields")
		if err != nil {
			return
		}
		same(t, text, root.AppendJSON(nil))
		walk(root, func(n *tree.Node) {
			if got := lookUp(root, n.Pointer()); got != n && !repeated(n) {
				t.Errorf("pointer %q leads to %s, not to %s", n.Pointer(), got.JSON(), n.JSON())
			}
			if n.Pointer() != n.PointerAsRead() {
				t.Errorf("nothing was edited, yet %q and %q differ", n.Pointer(), n.PointerAsRead())
			}
		})
		same(t, text, root.AppendJSON(nil)) // now with opaque members opened
		if clone := root.Clone(); !tree.Equal(clone, root) && !hasRepeated(root) {
			t.Errorf("a copy of %s differs: %s", root.JSON(), clone.JSON())
		}
	})
}

func same(t *testing.T, want, got []byte) {
	t.Helper()
	var a, b any
	if err := decode(want, &a); err != nil {
		t.Fatalf("accepted what encoding/json refuses: %v", err)
	}
	if err := decode(got, &b); err != nil {
		t.Fatalf("wrote %q, which does not read back: %v", got, err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("wrote %s for %s", got, want)
	}
}

func decode(text []byte, into *any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

func walk(n *tree.Node, visit func(*tree.Node)) {
	visit(n)
	for _, kid := range n.Kids() {
		walk(kid, visit)
	}
}

// repeated tells whether a member on the way to n is there twice: then its pointer is not unique.
func repeated(n *tree.Node) bool {
	for ; n.Parent() != nil; n = n.Parent() {
		if n.Parent().Is(tree.Object) && n.Parent().Get(n.Name()) != n {
			return true
		}
	}
	return false
}

func hasRepeated(n *tree.Node) (found bool) {
	walk(n, func(n *tree.Node) { found = found || repeated(n) })
	return found
}
