package properties_test

import (
	"bytes"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties/generate"
)

// The API server's own library makes exactly our pod of our patch.
func TestThePatchMakesTheShapedPod(t *testing.T) {
	property(t, generate.Options{Unknown: true}, func(c *trial) {
		raw := c.either()
		result := c.shaped(raw)
		applied := raw
		if patch := result.Patch(); patch != nil {
			parsed, err := jsonpatch.DecodePatch(patch)
			if err != nil {
				c.fail("%v in %s", err, patch)
			}
			if applied, err = parsed.Apply(raw); err != nil {
				c.fail("%v in %s\nof %s", err, patch, raw)
			}
		}
		if !sameJSON(c.T, applied, result.Pod()) {
			c.fail("the patch %s makes\n%s, and Pod is\n%s", result.Patch(), applied, result.Pod())
		}
	})
}

// Templates are a set to the library, and the cache is an optimisation.
func TestNeitherLoadOrderNorCacheMatters(t *testing.T) {
	property(t, generate.Options{Unknown: true, Most: 5}, func(c *trial) {
		raw := c.either()
		first := c.shape(raw)
		permuted := rapid.Permutation(c.Templates).Draw(c.T, "load order")
		for what, again := range map[string]*outcome{
			"in another load order": {c.shapeIn(raw, permuted)}, "from the cache": {c.shape(raw)}, "without a cache": {c.uncached(raw)},
		} {
			if again.Verdict != first.Verdict || again.Reason != first.Reason || !bytes.Equal(again.Patch(), first.Patch()) {
				c.fail("%s: %s %s %s\nbut at first: %s %s %s", what, again.Verdict, again.Reason, again.Patch(), first.Verdict, first.Reason, first.Patch())
			}
			if write(c.T, again.Changes) != write(c.T, first.Changes) || write(c.T, again.Warnings) != write(c.T, first.Warnings) {
				c.fail("%s: the records or warnings differ", what)
			}
		}
	})
}
