package properties_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"swage.dev/swage/e2e/properties"
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
		for _, tpl := range reference.Selected(c.Case, result.Templates) {
			for _, refusal := range c.alone(tpl) {
				wrong[rule(refusal)] = true
			}
		}
		refused, err := c.server.Validate(c.again(result.Pod()))
		if err != nil {
			c.fail("%v", err)
		}
		for _, refusal := range refused {
			if properties.Known(refusal.Error()) == nil && !wrong[rule(refusal)] {
				c.fail("the server refuses %s\npatch %s", refusal, result.Patch())
			}
		}
	})
}

// alone is what the server refuses in a bare pod that says just what the template says.
func (c *trial) alone(tpl generate.Template) field.ErrorList {
	c.Helper()
	bare := c.Case
	bare.Pod = reference.Read([]byte(`{"metadata":{"name":"p","labels":` + text(c.Pod["metadata"].(map[string]any)["labels"]) +
		`},"spec":{"restartPolicy":"Never","containers":[{"name":"spark-kubernetes-` + string(c.Role) + `","image":"spark:4"}]}}`))
	doc := reference.Copy(bare.Pod)
	for _, l := range reference.Expand(bare, []generate.Template{tpl}) {
		l.Put(doc)
	}
	refused, err := c.server.Validate([]byte(text(doc)))
	if err != nil {
		c.fail("%v", err)
	}
	return refused
}

// rule is a refusal without the place in lists: the same words about the same field.
func rule(refusal *field.Error) string {
	words := strings.FieldsFunc(refusal.Field, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	return words[len(words)-1] + string(refusal.Type) + refusal.Detail
}
