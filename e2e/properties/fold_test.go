package properties_test

import (
	"reflect"
	"testing"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/podtemplate"
)

// The cached composition gives what the fold gives: over one pod, leaf by
// leaf, the strongest template's word, settled by its own on-conflict (R10).
func TestCompositionEqualsTheFold(t *testing.T) {
	property(t, generate.Options{Most: 4}, func(c *trial) {
		if c.annotated(podtemplate.KeepAnnotation) {
			c.Skip("swage.dev/keep has tests of its own")
		}
		result := c.shape(c.Raw())
		if result.Verdict == podtemplate.DeniedInvalid || crossField(result) {
			c.Skip("a rule across fields decided")
		}
		if result.Verdict.Denied() && result.Verdict != podtemplate.DeniedConflict {
			c.Skip(result.Reason)
		}
		c.compare(result)
	})
}

func (c *trial) compare(result *podtemplate.Result) {
	c.Helper()
	refs := result.Templates
	leaves := reference.Expand(c.Case, reference.Selected(c.Case, refs))
	rejected, unsure := false, reference.Clash(c.Case)
	for _, l := range leaves {
		if reference.Exempt(l, c.Case, leaves) != "" {
			unsure = true
			continue
		}
		outcome, err := reference.Settle(l, c.Pod, c.server)
		if err != nil {
			c.Skip(err)
		}
		rejected = rejected || outcome == reference.Rejected
		if outcome != reference.Rejected && result.Verdict.Allowed() {
			c.compareLeaf(l, outcome, result)
		}
	}
	if rejected && result.Verdict.Allowed() {
		c.fail("the fold rejects the pod, and it was allowed")
	}
	if !rejected && !unsure && result.Verdict == podtemplate.DeniedConflict {
		c.fail("the fold rejects nothing, and the pod was denied: %s", result.Reason)
	}
}

// compareLeaf: writing the expected value into the shaped pod must change nothing to the server.
func (c *trial) compareLeaf(l reference.Leaf, outcome reference.Outcome, result *podtemplate.Result) {
	c.Helper()
	if outcome == reference.Kept {
		l.Value = l.Get(c.Pod)
	}
	shaped := reference.Read(result.Pod())
	got, err := reference.Seen(l, shaped, c.server)
	if err != nil {
		c.fail("%v", err)
	}
	expected := reference.Copy(shaped)
	l.Put(expected)
	want, err := reference.Seen(l, expected, c.server)
	if err != nil {
		c.fail("%v", err)
	}
	if !reflect.DeepEqual(got, want) {
		c.fail("%s of %s (outcome %d): the fold has %v, the shaped pod %v\npatch %s", l, l.From.Name, outcome, want, got, result.Patch())
	}
}

func crossField(result *podtemplate.Result) bool {
	for _, change := range result.Changes {
		if change.Rule == "cross-field" {
			return true
		}
	}
	return false
}

func (c *trial) annotated(key string) bool {
	annotations, _ := c.Pod["metadata"].(map[string]any)["annotations"].(map[string]any)
	return annotations[key] != nil
}
