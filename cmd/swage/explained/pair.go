package explained

import (
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// paired says what became of the elements of a list.
type paired struct {
	old  []*tree.Node // for each element of the new list, the old one or nil
	gone []*tree.Node // old elements without a new one
}

func pair(before, after []*tree.Node, keys []string) paired {
	p := paired{old: make([]*tree.Node, len(after)), gone: slices.Clone(before)}
	for i, element := range after {
		found := slices.IndexFunc(p.gone, func(old *tree.Node) bool { return sameElement(old, element, keys) })
		if found >= 0 {
			p.old[i] = p.gone[found]
			p.gone = slices.Delete(p.gone, found, found+1)
		}
	}
	return p
}

func sameElement(a, b *tree.Node, keys []string) bool {
	if len(keys) == 0 || !a.Is(tree.Object) {
		return tree.Equal(a, b)
	}
	return keyText(a, keys) == keyText(b, keys)
}

func keyText(element *tree.Node, keys []string) string {
	var text strings.Builder
	for _, key := range keys {
		text.WriteString(element.Get(key).JSON() + "\n")
	}
	return text.String()
}
