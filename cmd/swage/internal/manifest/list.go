package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// flatten returns the object of a document, or those of its List. The items of
// a PodList need not say that they are Pods.
func (d *document) flatten(root *tree.Node, within []string) ([]Object, error) {
	if !root.Is(tree.Object) {
		return nil, fmt.Errorf("%s:%d: %w", d.file, d.line, ErrNotAnObject)
	}
	kind := root.Get("kind").Text()
	items := root.Get("items")
	itemKind, list := strings.CutSuffix(kind, "List")
	if !list || (items != nil && !items.Is(tree.Array) && !items.Is(tree.Null)) {
		return []Object{d.object(root, within)}, nil
	}
	var all []Object
	for i, item := range items.Elements() {
		setKind(item, itemKind, root.Get("apiVersion").Text())
		path := append(append([]string{}, within...), "items", strconv.Itoa(i))
		found, err := d.flatten(item, path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func setKind(item *tree.Node, kind, version string) {
	if kind == "" || !item.Is(tree.Object) || item.Get("kind") != nil {
		return
	}
	item.Set("apiVersion", tree.NewString(version))
	item.Set("kind", tree.NewString(kind))
}
