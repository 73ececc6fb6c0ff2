package properties_test

import (
	"sort"
	"testing"

	"swage.dev/swage/e2e/properties"
	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

func TestDbg(t *testing.T) {
	n, total := map[string]int{}, 0
	property(t, generate.Options{}, func(c *trial) {
		result := c.shaped(c.valid(c.sent(false)))
		total++
		wrong := map[string]bool{}
		for _, tpl := range reference.Selected(c.Case, result.Templates) {
			for _, refusal := range c.alone(tpl) {
				wrong[rule(refusal)] = true
			}
		}
		refused, _ := c.server.Validate(c.again(result.Pod()))
		for _, r := range refused {
			if properties.Known(r.Error()) == nil && !wrong[rule(r)] {
				n[r.Error()]++
			}
		}
	})
	var keys []string
	for k := range n {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return n[keys[i]] > n[keys[j]] })
	for _, k := range keys[:min(60, len(keys))] {
		t.Log(n[k], k)
	}
	t.Log(total)
}
