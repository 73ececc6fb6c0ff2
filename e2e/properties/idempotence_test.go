package properties_test

import (
	"testing"

	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties/generate"
)

// The API server decodes, defaults and runs its plugins on what a webhook made,
// and calls it once more: the second call finds nothing to do (R1).
func TestTheSecondCallFindsNothingToDo(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		first := c.shaped(c.sent(rapid.Bool().Draw(c.T, "managedFields")))
		c.mustNotChange("f(D(f(x)))", c.again(first.Pod()))
	})
}

// A pod file that was shaped and is shaped again, without a server in between.
func TestShapingAShapedFileChangesNothing(t *testing.T) {
	property(t, generate.Options{Unknown: true}, func(c *trial) {
		c.mustNotChange("f(f(x))", c.shaped(c.Raw()).Pod())
	})
}
