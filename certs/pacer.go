package certs

import "time"

const (
	pacerFirst = time.Second // pause after the first try, doubled by each one after it
	pacerMost  = time.Minute // the longest pause: healing is never further away
	pacerCalm  = 2 * pacerMost
)

// pacer spaces the tries at one thing. The first is always allowed at once:
// damage is healed when it is seen. It counts successes too, so that somebody
// who keeps undoing our writes (cainjector, a GitOps tool that owns the field)
// meets one write a minute and no storm. After pacerCalm without a try it
// forgets.
type pacer struct {
	last, next time.Time
	pause      time.Duration
}

// ready tells whether the time of the next try has come.
func (p *pacer) ready(now time.Time) bool { return !now.Before(p.next) }

// try counts a try.
func (p *pacer) try(now time.Time) {
	if now.Sub(p.last) > pacerCalm {
		p.pause = 0
	}
	p.pause = min(max(pacerFirst, 2*p.pause), pacerMost)
	p.last, p.next = now, now.Add(p.pause)
}
