package properties_test

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

// The server accepts what we make of a pod that it accepts, or our verdict said
// no, or the rule that it refuses by is one that we say we do not check (R26).
// A template that would make any pod invalid is its author's mistake.
func TestTheServerAcceptsWhatWeMake(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		result := c.shaped(c.valid(c.sent(false)))
		wrong := map[string]bool{}
		selected := reference.Selected(c.Case, result.Templates)
		for _, tpl := range selected {
			for _, refusal := range c.alone(tpl, reference.ContainerNames(c.Case, selected)) {
				wrong[rule(refusal)] = true
			}
		}
		refused, err := c.server.Validate(c.again(result.Pod()))
		if err != nil {
			c.fail("%v", err)
		}
		for _, refusal := range refused {
			if !c.known(refusal.Error()) && !wrong[rule(refusal)] {
				c.fail("the server refuses %s\npatch %s", refusal, result.Patch())
			}
		}
	})
}

// alone is what the server refuses in a plain pod that says just what the
// template says: in the place of each container stands one that has nothing but
// probes and hooks to change, init containers being sidecars.
func (c *trial) alone(tpl generate.Template, containers []string) field.ErrorList {
	c.Helper()
	plain := c.Case
	plain.Pod = map[string]any{"metadata": map[string]any{"name": "p", "labels": c.Pod["metadata"].(map[string]any)["labels"]}}
	spec := map[string]any{"restartPolicy": "Never"}
	plain.Pod["spec"] = spec
	regular := c.Pod["spec"].(map[string]any)["containers"].([]any)
	for _, name := range containers {
		list, container := "initContainers", plainContainer(name)
		if slices.ContainsFunc(regular, func(c any) bool { return c.(map[string]any)["name"] == name }) {
			list = "containers"
			delete(container, "restartPolicy")
		}
		elements, _ := spec[list].([]any)
		spec[list] = append(elements, container)
	}
	doc := reference.Copy(plain.Pod)
	for _, l := range reference.Expand(plain, []generate.Template{tpl}) {
		l.Put(doc)
	}
	refused, err := c.server.Validate([]byte(text(doc)))
	if err != nil {
		c.fail("%v", err)
	}
	return refused
}

func plainContainer(name string) map[string]any {
	action := map[string]any{"exec": map[string]any{"command": []any{"true"}}}
	return map[string]any{
		"name": name, "image": "spark:4", "restartPolicy": "Always",
		"livenessProbe": action, "readinessProbe": action, "startupProbe": action,
		"lifecycle": map[string]any{"preStop": action, "postStart": action},
	}
}

// rule is a refusal without the place in lists: the same words about the same field.
func rule(refusal *field.Error) string {
	words := strings.FieldsFunc(refusal.Field, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	words = slices.DeleteFunc(words, func(word string) bool { return word[0] >= '0' && word[0] <= '9' })
	return words[len(words)-1] + string(refusal.Type) + refusal.Detail
}
