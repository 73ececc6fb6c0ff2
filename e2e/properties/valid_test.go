package properties_test

import (
	"testing"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

// The server accepts what we make of a pod that it accepts, or our verdict said
// no, or the rule that it refuses by is one that we say we do not check (R26).
// A template that would make any pod invalid is its author's mistake.
func TestTheServerAcceptsWhatWeMake(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		result := c.shaped(c.valid(c.sent(false)))
		refused, err := c.server.Validate(c.again(result.Pod()))
		if err != nil {
			c.fail("%v", err)
		}
		if len(refused) == 0 {
			return
		}
		found, err := mistakes(c.Case, reference.Selected(c.Case, result.Templates), c.server)
		if err != nil {
			c.fail("%v", err)
		}
		for _, refusal := range refused {
			if !c.known(refusal.Error()) && !explained(found, refusal.Field, refusal.ErrorBody()) {
				c.fail("the server refuses %s\npatch %s", refusal, result.Patch())
			}
		}
	})
}
