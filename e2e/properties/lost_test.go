package properties_test

import (
	"fmt"
	"strings"
	"testing"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/podtemplate"
)

// What the pod had is there afterwards, in its order, except at places that a
// recorded replace or remove names. Unknown fields are as dear as known ones.
func TestNothingIsLostOrMoved(t *testing.T) {
	property(t, generate.Options{Unknown: true}, func(c *trial) {
		raw := c.either()
		result := c.shaped(raw)
		k := keeper{removed: map[string]bool{}, replaced: map[string]bool{}}
		for _, change := range result.Changes {
			switch change.Op {
			case podtemplate.OpRemove:
				k.removed[change.Path] = true
			case podtemplate.OpReplace:
				k.replaced[change.Path] = true
			}
		}
		k.object("", "", read(c.T, raw), read(c.T, result.Pod()))
		if k.problem != "" {
			c.fail("%s\nof %s\npatch %s", k.problem, raw, result.Patch())
		}
	})
}

// keeper walks over a pod before and after. Removals are named by paths before,
// replacements by paths after.
type keeper struct {
	removed, replaced map[string]bool
	problem           string
}

func (k *keeper) value(before, after string, a, b any) {
	if k.replaced[after] || k.problem != "" {
		return
	}
	switch a := a.(type) {
	case nil: // null is absent
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			k.lost(before, a)
			return
		}
		k.object(before, after, a, b)
	case []any:
		b, ok := b.([]any)
		if !ok && len(a) > 0 {
			k.lost(before, a)
			return
		}
		k.list(before, after, a, b)
	default:
		if a != b {
			k.lost(before, a)
		}
	}
}

func (k *keeper) object(before, after string, a, b map[string]any) {
	for name, value := range a {
		token := "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if !k.removed[before+token] {
			k.value(before+token, after+token, value, b[name])
		}
	}
}

// list matches elements in order: what is added stands before or behind, never instead.
func (k *keeper) list(before, after string, a, b []any) {
	next := 0
	for i, element := range a {
		from := fmt.Sprintf("%s/%d", before, i)
		if k.removed[from] {
			continue
		}
		for ; next < len(b); next++ {
			trial := keeper{removed: k.removed, replaced: k.replaced}
			if trial.value(from, fmt.Sprintf("%s/%d", after, next), element, b[next]); trial.problem == "" {
				break
			}
		}
		if next == len(b) {
			k.lost(from, element)
			return
		}
		next++
	}
}

func (k *keeper) lost(path string, value any) {
	if k.problem == "" {
		k.problem = fmt.Sprintf("%s was %v and is lost or moved", path, value)
	}
}
