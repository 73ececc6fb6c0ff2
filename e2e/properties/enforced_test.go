package properties_test

import (
	"reflect"
	"testing"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/podtemplate"
)

// When our call ends, each leaf that an enforced template states is in the pod,
// protected paths excepted, or the pod was denied (R11).
func TestEnforcedIsInThePodOrThePodIsDenied(t *testing.T) {
	opts := generate.Options{Modes: []podtemplate.Mode{podtemplate.Enforced, podtemplate.Default}, Most: 4}
	property(t, opts, func(c *trial) {
		result := c.shaped(c.either())
		shaped := reference.Read(result.Pod())
		protected := map[string]bool{}
		for _, change := range result.Changes {
			if change.Rule == "protected" {
				protected[string(change.New)] = true
			}
		}
		for _, l := range reference.Expand(c.Case, reference.Selected(c.Case, result.Templates)) {
			if l.From.Mode != podtemplate.Enforced || reference.Unenforced(l, c.Case, shaped) != "" || protected[text(l.Value)] {
				continue
			}
			got, err := reference.Seen(l, shaped, c.server)
			if err != nil {
				c.fail("%v", err)
			}
			stated := reference.Copy(shaped)
			l.Put(stated)
			want, err := reference.Seen(l, stated, c.server)
			if err != nil {
				c.fail("%v", err)
			}
			if !reflect.DeepEqual(got, want) {
				c.fail("%s of %s: stated is %v, in the pod is %v\npatch %s", l, l.From.Name, want, got, result.Patch())
			}
		}
	})
}
