package certs

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// trust is what this replica has seen the webhook configurations trust, and
// since when. It is fed by the watch, event by event, and does not care who
// issued a leaf or who wrote a bundle.
type trust struct {
	hold time.Duration
	now  func() time.Time

	mu         sync.Mutex // guards all below
	seen       map[ref]*belief
	candidates []*pair
	vanished   time.Time // when a configuration was last deleted
}

func newTrust(hold time.Duration, now func() time.Time) *trust {
	return &trust{hold: hold, now: now, seen: map[ref]*belief{}}
}

// observe takes a configuration as the watch delivered it. A bundle that stops
// verifying a candidate, for however short, starts that candidate's time anew.
func (t *trust) observe(c configuration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := newBelief(c)
	if old := t.seen[c.ref]; old != nil && old.uid == c.uid {
		b.since = old.since
	}
	b.judge(t.candidates, t.now())
	t.seen[c.ref] = b
}

// forget is for a configuration that was deleted. API servers that lag behind
// may still call through it, so that its end counts like a new bundle.
func (t *trust) forget(r ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.seen[r]; ok {
		delete(t.seen, r)
		t.vanished = t.now()
	}
}

// consider replaces the leafs whose time is taken. A new one's time begins now,
// although a bundle may have verified it before: nobody watched.
func (t *trust) consider(pairs ...*pair) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.candidates = slices.DeleteFunc(pairs, func(p *pair) bool { return p == nil })
	for _, b := range t.seen {
		maps.DeleteFunc(b.since, func(id identity, _ time.Time) bool {
			return !slices.ContainsFunc(t.candidates, func(p *pair) bool { return p.id == id })
		})
		b.judge(t.candidates, t.now())
	}
}

// verify is nil when every configuration that exists trusts p now.
func (t *trust) verify(p *pair) error {
	for _, b := range t.beliefs() {
		if err := b.verify(p, t.now()); err != nil {
			return err
		}
	}
	return nil
}

// settles is when the last configuration will have trusted p, a candidate, for
// the whole hold; false while some configuration does not trust it.
func (t *trust) settles(p *pair) (time.Time, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.vanished
	for _, b := range t.seen {
		since, ok := b.since[p.id]
		if !ok {
			return time.Time{}, false
		}
		if since.After(last) {
			last = since
		}
	}
	if last.IsZero() {
		return last, true
	}
	return last.Add(t.hold), true
}

func (t *trust) settled(p *pair) bool {
	at, ok := t.settles(p)
	return ok && !t.now().Before(at)
}

// beliefs is a sorted copy of all configurations that exist.
func (t *trust) beliefs() []*belief {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.SortedFunc(maps.Values(t.seen), func(a, b *belief) int {
		return strings.Compare(a.String(), b.String())
	})
}
