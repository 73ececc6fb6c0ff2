package tree_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

// lookUp follows a JSON Pointer, written anew here to judge Pointer by.
func lookUp(n *tree.Node, pointer string) *tree.Node {
	if pointer == "" {
		return n
	}
	for _, token := range strings.Split(pointer, "/")[1:] {
		if n.Is(tree.Array) {
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= n.Len() {
				return nil
			}
			n = n.Kids()[i]
			continue
		}
		n = n.Get(strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
	}
	return n
}

func TestEdits(t *testing.T) {
	tests := []struct {
		name, before string
		edit         func(*tree.Node)
		want         string
	}{
		{"a new member goes last", `{"a":1}`, func(n *tree.Node) { n.Set("b", tree.NewString("x")) }, `{"a":1,"b":"x"}`},
		{"a member is replaced in its place", `{"a":1,"b":2}`, func(n *tree.Node) { n.Set("a", tree.NewArray()) }, `{"a":[],"b":2}`},
		{"an element is replaced in its place", `[1,2,3]`, func(n *tree.Node) { n.Kids()[1].Replace(tree.NewObject()) }, `[1,{},3]`},
		{"an element is appended", `[1]`, func(n *tree.Node) { n.Append(tree.NewString("x")) }, `[1,"x"]`},
		{"an element is put in front", `[1]`, func(n *tree.Node) { n.Insert(0, tree.NewString("x")) }, `["x",1]`},
		{"an element is removed", `[1,2,3]`, func(n *tree.Node) { n.Kids()[1].Remove() }, `[1,3]`},
		{"the last member is removed", `{"a":1}`, func(n *tree.Node) { n.Get("a").Remove() }, `{}`},
		{"of members of one name the last counts, as to the API server", `{"a":1,"a":2}`, func(n *tree.Node) { n.Set("a", tree.NewString("x")) }, `{"a":1,"a":"x"}`},
		{"names are escaped", `{}`, func(n *tree.Node) { n.Set("a\"\n", tree.NewString("\x01")) }, `{"a\"\n":"\u0001"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := parse(t, tt.before)
			tt.edit(n)
			if got := n.JSON(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestEditsStayWhereTheyAreMade(t *testing.T) {
	root := parse(t, `{"a":[1],"b":[2],"c":[3]}`)
	root.Get("a").Append(tree.NewString("x"))
	root.Get("b").Kids()[0].Remove()
	if got, want := root.JSON(), `{"a":[1,"x"],"b":[],"c":[3]}`; got != want {
		t.Errorf("an edit reached a neighbour: %s, want %s", got, want)
	}
}

func TestACopyIsIndependent(t *testing.T) {
	root := parse(t, `{"a":{"b":[1,2]}}`)
	c := root.Get("a").Clone()
	c.Get("b").Append(tree.NewString("x"))
	c.Set("c", tree.NewObject())
	if got, want := root.JSON(), `{"a":{"b":[1,2]}}`; got != want {
		t.Errorf("editing a copy changed the original: %s", got)
	}
	if c.Parent() != nil || c.Pointer() != "" {
		t.Error("a copy belongs to no tree")
	}
}

func TestFreshIsWhatWasMadeAfterReading(t *testing.T) {
	root := parse(t, `{"a":{"b":1}}`)
	inside := tree.NewObject()
	root.Get("a").Set("new", inside)
	inside.Set("below", tree.NewString("x"))
	for pointer, want := range map[string]bool{"": false, "/a": false, "/a/b": false, "/a/new": true, "/a/new/below": true} {
		if got := lookUp(root, pointer).Fresh(); got != want {
			t.Errorf("Fresh of %q is %t", pointer, got)
		}
	}
}

func TestPointerAsReadSurvivesEdits(t *testing.T) {
	root := parse(t, `{"list":[{"n":"a"},{"n":"b"},{"n":"c"}],"x/y":{"~":1}}`)
	list := root.Get("list")
	c := list.Kids()[2].Get("n")
	list.Insert(0, tree.NewObject())
	list.Kids()[1].Remove() // a
	if got := c.Pointer(); got != "/list/2/n" {
		t.Errorf("now at %s, want /list/2/n", got)
	}
	if got := c.PointerAsRead(); got != "/list/2/n" {
		t.Errorf("read at %s, want /list/2/n", got)
	}
	list.Kids()[1].Remove() // b
	if got, read := c.Pointer(), c.PointerAsRead(); got != "/list/1/n" || read != "/list/2/n" {
		t.Errorf("now at %s, read at %s; want /list/1/n and /list/2/n", got, read)
	}
	if got := root.Get("x/y").Get("~").Pointer(); got != "/x~1y/~0" {
		t.Errorf("escapes: %s", got)
	}
}

func TestRemovedNodesTellWhereTheyStood(t *testing.T) {
	root := parse(t, `{"list":[1,2,3]}`)
	n := root.Get("list").Kids()[1]
	n.Remove()
	if got := n.PointerAsRead(); got != "/list/1" {
		t.Errorf("got %s, want /list/1", got)
	}
}

// TestPointersStayRightUnderRandomEdits makes random edits and keeps a plain Go
// value in step: pointers must lead to their nodes, and what was read must
// remember where.
func TestPointersStayRightUnderRandomEdits(t *testing.T) {
	const text = `{"a":[{"x":1},{"x":2},[3,4,{"y/z":5}]],"b":{"c":[6,7,8],"~":{"d":[]}},"e":"f"}`
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		root := parse(t, text)
		read := map[*tree.Node]string{}
		walk(root, func(n *tree.Node) { read[n] = n.Pointer() })
		for range 20 {
			randomEdit(random, root)
			walk(root, func(n *tree.Node) {
				if got := lookUp(root, n.Pointer()); got != n {
					t.Fatalf("seed %d: pointer %s leads elsewhere in %s", seed, n.Pointer(), root.JSON())
				}
				if want, ok := read[n]; ok && n.PointerAsRead() != want && !n.Fresh() {
					t.Fatalf("seed %d: %s was read at %s", seed, n.PointerAsRead(), want)
				}
			})
		}
		if !json.Valid([]byte(root.JSON())) {
			t.Fatalf("seed %d: %s is no JSON", seed, root.JSON())
		}
	}
}

func randomEdit(random *rand.Rand, root *tree.Node) {
	var nodes []*tree.Node
	walk(root, func(n *tree.Node) { nodes = append(nodes, n) })
	n := nodes[random.IntN(len(nodes))]
	value := tree.NewArray()
	if random.IntN(2) == 0 {
		value = tree.NewString("new")
	}
	switch {
	case n.Is(tree.Array) && random.IntN(2) == 0:
		n.Insert(random.IntN(n.Len()+1), value)
	case n.Is(tree.Object) && random.IntN(2) == 0:
		n.Set("m"+strconv.Itoa(random.IntN(4)), value)
	case n.Parent() == nil:
	case random.IntN(3) == 0:
		n.Remove()
	default:
		n.Replace(value)
	}
}

// TestEditsAsEncodingJSONSeesThem applies the same edits to a tree and to maps and slices.
func TestEditsAsEncodingJSONSeesThem(t *testing.T) {
	root := parse(t, `{"a":[1,2],"b":{"c":3}}`)
	root.Get("a").Insert(1, parse(t, `{"k":[true]}`))
	root.Get("b").Set("d", parse(t, `4.5`))
	root.Get("b").Get("c").Remove()
	var got any
	if err := json.Unmarshal([]byte(root.JSON()), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": []any{1.0, map[string]any{"k": []any{true}}, 2.0},
		"b": map[string]any{"d": 4.5},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
