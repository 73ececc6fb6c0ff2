package schema

import (
	"fmt"
	"strconv"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// Report is told each place in a document that does not fit its type.
type Report func(at *tree.Node, message string)

// Check compares a document with the type, strictly: unknown members, members
// in another case and values of another type are reported. Null fits everything.
func (t *Type) Check(n *tree.Node, report Report) {
	if n == nil || n.Is(tree.Null) || t.Kind == Any {
		return
	}
	switch t.Kind {
	case Struct, Map:
		t.checkMembers(n, report)
	case List:
		t.checkElements(n, report)
	default:
		if problem := t.scalarProblem(n); problem != "" {
			report(n, problem)
		}
	}
}

func (t *Type) checkMembers(n *tree.Node, report Report) {
	if !n.Is(tree.Object) {
		report(n, "expected an object, found "+describe(n))
		return
	}
	for _, kid := range n.Kids() {
		elem := t.Elem
		if t.Kind == Struct {
			field := t.Field(kid.Name())
			if field == nil {
				report(kid, t.unknown(kid.Name()))
				continue
			}
			elem = field.Type
		}
		elem.Check(kid, report)
	}
	if first, second := t.exclusive(n); second != nil {
		report(second, fmt.Sprintf("%s and %s exclude each other", first.Name(), second.Name()))
	}
	if t.Kind == Struct {
		t.checkNeeds(n, report)
	}
}

func (t *Type) checkElements(n *tree.Node, report Report) {
	if !n.Is(tree.Array) {
		report(n, "expected a list, found "+describe(n))
		return
	}
	for _, kid := range n.Kids() {
		if kid.Is(tree.Null) {
			report(kid, "expected a list element, found null")
			continue
		}
		t.Elem.Check(kid, report)
	}
}

func (t *Type) unknown(name string) string {
	for _, field := range t.Fields {
		if strings.EqualFold(field.Name, name) {
			return fmt.Sprintf("unknown field %q: did you mean %q?", name, field.Name)
		}
	}
	return fmt.Sprintf("unknown field %q", name)
}

func (t *Type) scalarProblem(n *tree.Node) string {
	switch t.Kind {
	case Text:
		return expect(n, "a string", n.Is(tree.String))
	case Bool:
		return expect(n, "true or false", n.Is(tree.True) || n.Is(tree.False))
	case Int32, Int64:
		return t.integerProblem(n)
	case IntOrString:
		_, whole := n.Int()
		return expect(n, "a number or a string", whole || n.Is(tree.String))
	case Quantity:
		return quantityProblem(n)
	default:
		return ""
	}
}

func (t *Type) integerProblem(n *tree.Node) string {
	bits := map[Kind]int{Int32: 32, Int64: 64}[t.Kind]
	if n.Is(tree.Number) {
		_, err := strconv.ParseInt(n.Raw(), 10, bits)
		if err == nil {
			return ""
		}
	}
	return expect(n, fmt.Sprintf("a whole number of %d bits", bits), false)
}

func quantityProblem(n *tree.Node) string {
	if !n.Is(tree.String) && !n.Is(tree.Number) {
		return expect(n, "a quantity like 500m or 2Gi", false)
	}
	_, err := ParseQuantity(n)
	return expect(n, "a quantity like 500m or 2Gi", err == nil)
}

func expect(n *tree.Node, what string, ok bool) string {
	if ok {
		return ""
	}
	message := "expected " + what + ", found " + describe(n)
	if what != "a string" {
		return message
	}
	switch n.Kind() {
	case tree.True, tree.False:
		return message + " (YAML reads y, n, yes, no, on and off as one): put it in quotes"
	case tree.Number:
		return message + ": put it in quotes"
	default:
		return message
	}
}

// describe names the kind of a value, and never the value: it may be a secret.
func describe(n *tree.Node) string {
	switch n.Kind() {
	case tree.Object:
		return "an object"
	case tree.Array:
		return "a list"
	case tree.String:
		return "a string"
	case tree.Number:
		return "a number"
	default:
		return "a boolean"
	}
}
