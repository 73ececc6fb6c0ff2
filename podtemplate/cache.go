package podtemplate

import (
	"container/list"
	"strconv"
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
	entry := &cached{key: key, plan: p, size: c.cost(key, p)}
	c.byKey[key] = c.order.PushFront(entry)
	c.bytes += entry.size
	for c.bytes > c.most {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byKey, oldest.Value.(*cached).key)
		c.bytes -= oldest.Value.(*cached).size
	}
}

// cost estimates the bytes of an entry. A composed plan holds its templates'
// texts again, as parts: measured at some four times their bytes.
func (c *planCache) cost(key string, p *plan) int { return 4*p.size + len(key) + 1024 }

// planKey identifies a plan: the role, the templates' contents in their order,
// what placeholders stand for as far as they are used, and which containers
// the pod has, because aliases are resolved in a plan. Each text comes with its
// length: nothing has validated the pod yet, and no name in it may pass for two.
func planKey(templates []*Template, role Role, v values, o outline) string {
	key := make([]byte, 0, 256)
	key = append(key, role...)
	var uses placeholders
	for _, t := range templates {
		key = appendText(appendText(appendText(key, t.Namespace), t.Name), t.Digest)
		for _, e := range t.entriesFor(role) {
			uses |= e.uses
		}
	}
	for i, placeholder := range placeholderNames {
		if uses&placeholder.bit != 0 {
			key = appendText(key, v.texts[i])
		}
	}
	return string(o.appendKey(append(key, ';')))
}

func appendText(key []byte, text string) []byte {
	key = append(strconv.AppendInt(key, int64(len(text)), 10), ':')
	return append(key, text...)
}
