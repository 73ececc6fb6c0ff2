package tree

import (
	"strconv"
	"strings"
)

// Equal tells whether a and b are the same JSON value: members in any order,
// numbers by value. A nil node equals only nil.
func Equal(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case Object:
		return equalObjects(a, b)
	case Array:
		return equalArrays(a, b)
	case Number:
		return a.text == b.text || equalNumbers(a.text, b.text)
	case String:
		return a.text == b.text || unquote(a.text) == unquote(b.text)
	default:
		return true
	}
}

func equalObjects(a, b *Node) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, kid := range a.kids {
		if !Equal(kid, b.Get(kid.name)) {
			return false
		}
	}
	return true
}

func equalArrays(a, b *Node) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i, kid := range a.kids {
		if !Equal(kid, b.kids[i]) {
			return false
		}
	}
	return true
}

// equalNumbers compares by value without big arithmetic: a number like 1e999999999
// must not cost memory. Integers are compared by their digits, so nothing is lost above 2^53.
func equalNumbers(a, b string) bool {
	if !strings.ContainsAny(a+b, ".eE") {
		return zero(a) && zero(b)
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

// zero knows both ways to write it as an integer.
func zero(number string) bool { return number == "0" || number == "-0" }
