package shapehere

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// besides are lists and maps in which Spark's entries stand beside a template's:
// where both have one of a key Spark's wins, as a pod's own does.
var besides = []string{"labels", "annotations", "nodeSelector", "env", "volumes", "volumeMounts", "imagePullSecrets", "tolerations"}

// ofScratch is the rule by which the engine keeps SPARK_LOCAL_DIRS up to date,
// which Spark does by itself.
const ofScratch = "scratch"

// ofProtection is the rule by which the engine ignores what is Spark's alone.
const ofProtection = "protected"

// take writes one change into the template, or refuses it.
func (w *writer) take(c *podtemplate.Change) error {
	if slices.ContainsFunc(w.enforced, func(name string) bool { return strings.HasPrefix(c.Template, name) }) {
		return w.refusal(c, "and is enforced, which only the webhook can do")
	}
	path := slices.Collect(tree.Tokens(c.Path))
	switch {
	case c.Rule == ofScratch && slices.Contains(path, "env") || c.Rule == ofProtection:
		return nil
	case c.Op == podtemplate.OpAdd:
		return w.add(c, path)
	case c.Op == podtemplate.OpNone && c.Resolution != podtemplate.Kept:
		return nil // left out by the engine for reasons that hold for Spark's pods, too
	case w.own(c, path):
		return w.edit(c, path)
	case c.Op == podtemplate.OpNone && slices.ContainsFunc(besides, func(name string) bool { return slices.Contains(path, name) }):
		return nil
	}
	return w.refusal(c, "which Spark writes itself")
}

// refusal names the field of a change as a path in the pod.
func (w *writer) refusal(c *podtemplate.Change, why string) error {
	pod, name := w.shaped, ""
	if c.Op == podtemplate.OpNone || c.Op == podtemplate.OpRemove {
		pod = w.made
	}
	for token := range tree.Tokens(c.Path) {
		list := pod.Is(tree.Array)
		pod = step(pod, token)
		switch {
		case list && pod.Get("name") != nil:
			name += "[" + pod.Get("name").Text() + "]"
		case list || strings.ContainsAny(token, "./"):
			name += "[" + token + "]"
		default:
			name += "." + token
		}
	}
	return fmt.Errorf("template %s states %s, %s: %w", c.Template, strings.TrimPrefix(name, "."), why, ErrNotByDriver)
}

// own tells whether the old value is the user's pod template's, so that it can be changed there.
func (w *writer) own(c *podtemplate.Change, path []string) bool {
	from := w.made
	if c.Op == podtemplate.OpReplace {
		from = w.shaped
	}
	node := w.find(from, path)
	old, err := tree.Parse(c.Old)
	return node != nil && err == nil && tree.Equal(node, old)
}

// edit changes what the user's pod template has.
func (w *writer) edit(c *podtemplate.Change, path []string) error {
	switch c.Op {
	case podtemplate.OpReplace:
		w.find(w.shaped, path).Replace(at(w.shaped, path).Clone())
	case podtemplate.OpRemove:
		w.find(w.made, path).Remove()
	}
	return nil
}

// find is the template's node that a path into a pod is about, nil if there is none.
func (w *writer) find(pod *tree.Node, path []string) *tree.Node {
	node := w.template
	for _, name := range path {
		next := step(pod, name)
		if pod.Is(tree.Array) {
			node = element(node, next, w.container)
		} else {
			node = node.Get(name)
		}
		if node == nil {
			return nil
		}
		pod = next
	}
	return node
}

// add puts a node of the shaped pod into the template, and what is missing on the way.
func (w *writer) add(c *podtemplate.Change, path []string) error {
	pod, node := w.shaped, w.template
	last := len(path) - 1
	for _, name := range path[:last] {
		next := step(pod, name)
		if node = w.enter(node, pod, next, name); node == nil {
			return w.refusal(c, "in a part that Spark makes")
		}
		pod = next
	}
	added := step(pod, path[last]).Clone()
	if pod.Is(tree.Array) {
		node.Append(added)
	} else {
		node.Set(path[last], added)
	}
	return nil
}

// enter goes down in the template as from pod to next, and makes what is
// missing: nil for an element that is Spark's, other than its container.
func (w *writer) enter(node, pod, next *tree.Node, name string) *tree.Node {
	if !pod.Is(tree.Array) {
		if member := node.Get(name); member == nil || member.Is(tree.Null) {
			node.Set(name, empty(next))
		}
		return node.Get(name)
	}
	found := element(node, next, w.container)
	if found == nil && pod.Name() == "containers" && next.Get("name").Text() == w.container {
		found = tree.NewObject()
		found.Set("name", tree.NewString(w.container))
		node.Insert(0, found) // Spark takes the first container for its own
	}
	return found
}

func empty(like *tree.Node) *tree.Node {
	if like.Is(tree.Array) {
		return tree.NewArray()
	}
	return tree.NewObject()
}

// step goes down by one token of a path.
func step(node *tree.Node, token string) *tree.Node {
	if !node.Is(tree.Array) {
		return node.Get(token)
	}
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= node.Len() {
		return nil
	}
	return node.Elements()[i]
}

func at(node *tree.Node, path []string) *tree.Node {
	for _, token := range path {
		node = step(node, token)
	}
	return node
}

// element finds the element of a list that stands for another: of the same name,
// or equal. In a template Spark's container may have no name.
func element(list, like *tree.Node, container string) *tree.Node {
	name := like.Get("name").Text()
	for _, e := range list.Elements() {
		if name != "" && e.Get("name").Text() == name || name == "" && tree.Equal(e, like) {
			return e
		}
	}
	if elements := list.Elements(); name == container && len(elements) > 0 && elements[0].Get("name").Text() == "" {
		return elements[0]
	}
	return nil
}
