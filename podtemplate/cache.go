package podtemplate

import (
	"container/list"
	"strings"
	"sync"
)

// planCache keeps composed plans, the least recently used going first, bounded by bytes.
type planCache struct {
	mu    sync.Mutex // guards all below
	most  int
	bytes int
	order *list.List // of *cached, most recently used first
	byKey map[string]*list.Element
}

type cached struct {
	key  string
	plan *plan
	size int
}

func newPlanCache(most int) *planCache {
	return &planCache{most: most, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *planCache) get(key string) *plan {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byKey[key]
	if element == nil {
		return nil
	}
	c.order.MoveToFront(element)
	return element.Value.(*cached).plan
}

func (c *planCache) put(key string, p *plan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey[key] != nil {
		return // somebody composed the same plan meanwhile
	}
	// A composed plan holds its templates' texts again, as parts: measured at some four times their bytes.
	entry := &cached{key: key, plan: p, size: 4*p.size + len(key) + 1024}
	c.byKey[key] = c.order.PushFront(entry)
	c.bytes += entry.size
	for c.bytes > c.most && c.order.Len() > 1 {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byKey, oldest.Value.(*cached).key)
		c.bytes -= oldest.Value.(*cached).size
	}
}

// planKey identifies a plan: the role, the templates' contents in their order,
// what placeholders stand for as far as they are used, and which containers
// the pod has, because aliases are resolved in a plan.
func planKey(templates []*Template, role Role, v values, o outline) string {
	var key strings.Builder
	key.WriteString(string(role))
	var uses placeholders
	for _, t := range templates {
		key.WriteString("\n" + t.String() + "@" + t.Digest)
		for _, e := range t.entriesFor(role) {
			uses |= e.uses
		}
	}
	for _, known := range placeholderNames {
		if uses&known.bit != 0 {
			key.WriteString("\n" + known.name + "=" + v[known.bit])
		}
	}
	key.WriteString("\n" + o.key())
	return key.String()
}
