package certs

import (
	"log/slog"
	"testing"
	"time"
)

// R37: a rotation undoes nobody's write: its bundle does not wait for the pause
// that keeps a server from fighting with whoever overwrites the same one.
func TestR37ARotationDoesNotWaitForTheLastWritesPause(t *testing.T) {
	tr, now := clockwork()
	p := newPublisher(applier{}, tr, tr.now, slog.New(slog.DiscardHandler))
	old, fresh := minted(t, noon), minted(t, noon)
	tr.observe(holding("a"))
	wrote := func(when string, want bool, pairs ...*pair) {
		t.Helper()
		var all bundle
		for _, pair := range pairs {
			all.wanted = append(all.wanted, pair.authority)
		}
		todo, _ := p.lacking(all)
		if len(todo) == 1 != want {
			t.Errorf("%s: %d configurations are to be written", when, len(todo))
		}
		for _, b := range todo {
			p.announce(b, old)
		}
	}
	wrote("the first bundle", true, old)
	*now = now.Add(time.Second / 2)
	wrote("the same bundle, which somebody took away", false, old)
	wrote("a rotation's bundle", true, old, fresh)
	wrote("the rotation's bundle, which somebody took away", false, old, fresh)
	*now = now.Add(pacerFirst)
	wrote("the same after the pause", true, old, fresh)
	*now = now.Add(pacerFirst)
	wrote("before the next pause, twice as long, is over", false, old, fresh)
}
