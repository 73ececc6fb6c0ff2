package sparkapplication

import (
	"reflect"
	"strconv"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// missing are the paths of the fields that the API requires and a document does
// not have. Only the operator's own types are looked into: what a pod requires
// is the API server's to say.
func missing(rt reflect.Type, n *tree.Node, path []string) [][]string {
	for rt.Kind() == reflect.Pointer {
		rt = rt.Elem()
	}
	var found [][]string
	switch {
	case rt.Kind() == reflect.Slice:
		for i, element := range n.Elements() {
			found = append(found, missing(rt.Elem(), element, below(path, strconv.Itoa(i)))...)
		}
	case rt.Kind() == reflect.Map:
		for _, kid := range n.Kids() {
			found = append(found, missing(rt.Elem(), kid, below(path, kid.Name()))...)
		}
	case rt.Kind() == reflect.Struct && rt.PkgPath() == ownPackage:
		found = missingMembers(rt, n, path)
	}
	return found
}

var ownPackage = reflect.TypeFor[spec]().PkgPath()

func missingMembers(rt reflect.Type, n *tree.Node, path []string) [][]string {
	if !n.Is(tree.Object) {
		return nil
	}
	var found [][]string
	for field := range rt.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.Contains(options, "inline") {
			found = append(found, missing(field.Type, n, path)...)
			continue
		}
		value := n.Get(name)
		if (value == nil || value.Is(tree.Null)) && options == "" {
			found = append(found, below(path, name))
			continue
		}
		found = append(found, missing(field.Type, value, below(path, name))...)
	}
	return found
}

// below is a path one token longer, in memory of its own.
func below(path []string, token string) []string {
	return append(append([]string{}, path...), token)
}
