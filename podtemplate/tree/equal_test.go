package tree_test

import (
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

func TestEqual(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"the order of members does not count", `{"a":1,"b":[2]}`, `{"b":[2],"a":1}`, true},
		{"the order of elements counts", `[1,2]`, `[2,1]`, false},
		{"a member more is a difference", `{"a":1}`, `{"a":1,"b":null}`, false},
		{"an element more is a difference", `[1]`, `[1,1]`, false},
		{"numbers are equal by value", `[1.50,1e2,10]`, `[1.5,100,1E1]`, true},
		{"minus zero is zero", `-0`, `0`, true},
		{"integers beyond 2^53 differ in their last digit", `9007199254740993`, `9007199254740992`, false},
		{"a huge exponent costs nothing and equals only itself", `1e999999999`, `1e999999998`, false},
		{"a huge exponent equals itself", `1e999999999`, `1e999999999`, true},
		{"strings are equal however they are escaped", `"\u00e9\/"`, `"é/"`, true},
		{"names are equal however they are escaped", `{"\u0061":1}`, `{"a":1}`, true},
		{"a number is no string", `1`, `"1"`, false},
		{"null is not false", `null`, `false`, false},
		{"true is not false", `true`, `false`, false},
		{"an empty object is no empty list", `{}`, `[]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := parse(t, tt.a), parse(t, tt.b)
			if tree.Equal(a, b) != tt.want || tree.Equal(b, a) != tt.want {
				t.Errorf("Equal(%s, %s): want %t both ways", tt.a, tt.b, tt.want)
			}
		})
	}
}

func TestNilEqualsOnlyNil(t *testing.T) {
	if n := parse(t, `null`); tree.Equal(nil, n) || tree.Equal(n, nil) || !tree.Equal(nil, nil) {
		t.Error("an absent value is not null")
	}
}

func TestNilNodesAnswer(t *testing.T) {
	var n *tree.Node
	_, isInt := n.Int()
	if n.Get("a") != nil || n.At("a", "b") != nil || n.Len() != 0 || n.Text() != "" || n.Raw() != "" || n.Bool() || isInt || !n.Empty() || n.JSON() != "" || n.Fresh() {
		t.Error("an absent node has members, text or a value")
	}
}

func TestScalars(t *testing.T) {
	n := parse(t, `{"text":"a\tb","int":-7,"float":1.5,"yes":true,"no":false,"null":null,"list":[],"object":{},"zero":0}`)
	if got := n.Get("text").Text(); got != "a\tb" {
		t.Errorf("text is %q", got)
	}
	if got, ok := n.Get("int").Int(); got != -7 || !ok {
		t.Errorf("int is %d, %t", got, ok)
	}
	if _, ok := n.Get("float").Int(); ok {
		t.Error("1.5 is no integer")
	}
	if !n.Get("yes").Bool() || n.Get("no").Bool() || n.Get("text").Bool() {
		t.Error("only true is true")
	}
	for name, want := range map[string]bool{"null": true, "list": true, "object": true, "missing": true, "zero": false, "no": false, "text": false} {
		if got := n.Get(name).Empty(); got != want {
			t.Errorf("Empty of %s is %t: null, {} and [] say nothing, zero is a value", name, got)
		}
	}
}
