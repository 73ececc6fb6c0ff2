package lifecycle

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

const (
	// lossPause is how long an executor must be missing before it is replaced:
	// when a driver crashes its executors end a moment before it is seen to.
	lossPause = 2 * time.Second
	// surplusPause leaves it to whoever lowered the number to remove executors.
	surplusPause = 5 * time.Second
	// comingTime is how long an executor counts that was made, or is being made
	// by somebody else, and has not been seen.
	comingTime = 30 * time.Second
)

// fleet is what a keeper remembers of executors that exist, come and go. It
// decides, and does nothing.
type fleet struct {
	claimed int               // ordinals below it are taken, by whoever
	due     []int             // taken here, and still to be made
	coming  map[int]time.Time // not seen yet, and until when they count nevertheless
	short   time.Time         // since when there are too few; zero: there are not
	over    time.Time         // since when there are too many
}

// newFleet begins with ordinals that this process took when it submitted: made says whether they are made.
func newFleet(count int, made bool, now time.Time) *fleet {
	f := &fleet{claimed: count, coming: map[int]time.Time{}}
	if !made {
		f.due = upTo(count)
		return f
	}
	for ordinal := range count {
		f.coming[ordinal] = now.Add(comingTime)
	}
	return f
}

// muster is what there is, as it was last seen.
type muster struct {
	wanted, claimed int
	alive           []*corev1.Pod // in the order of their ordinals
	seen            map[int]bool  // all ordinals, of ended executors too
	retired         int           // ended because the driver said so: they are not missed
}

// orders are what is to be done now.
type orders struct {
	claim  int           // so many new ordinals
	remove []*corev1.Pod // executors that are too many
	again  time.Duration // when to look again although nothing changed; 0: no need
}

// look decides, from what there is.
func (f *fleet) look(m muster, now time.Time) orders {
	for ; f.claimed < m.claimed; f.claimed++ { // by somebody else
		f.coming[f.claimed] = now.Add(comingTime)
	}
	again := f.forget(m, now)
	have := len(m.alive) + m.retired + len(f.coming)
	f.due = f.due[:min(len(f.due), max(0, m.wanted-have))]
	missing, surplus := m.wanted-have-len(f.due), len(m.alive)-m.wanted
	var o orders
	late, wait := since(&f.short, missing > 0, lossPause, now)
	if late {
		o.claim = missing
	}
	again = earlier(again, wait)
	late, wait = since(&f.over, surplus > 0, surplusPause, now)
	if late {
		o.remove = superfluous(m.alive, surplus)
	}
	o.again = earlier(again, wait)
	return o
}

// forget drops what was seen, and what did not come in time; it says when the next will be late.
func (f *fleet) forget(m muster, now time.Time) (again time.Duration) {
	f.due = slices.DeleteFunc(f.due, func(ordinal int) bool { return m.seen[ordinal] })
	for ordinal, until := range f.coming {
		if m.seen[ordinal] || !now.Before(until) {
			delete(f.coming, ordinal)
			continue
		}
		again = earlier(again, until.Sub(now))
	}
	return again
}

// since tells whether something has held for a while, and else how long that will take.
func since(begin *time.Time, holds bool, enough time.Duration, now time.Time) (late bool, wait time.Duration) {
	switch {
	case !holds:
		*begin = time.Time{}
		return false, 0
	case begin.IsZero():
		*begin = now
	}
	if wait = enough - now.Sub(*begin); wait > 0 {
		return false, wait
	}
	return true, 0
}

// earlier is the shorter of two pauses, where 0 is none.
func earlier(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// superfluous are those to remove: first those that do not run yet, then the youngest.
func superfluous(alive []*corev1.Pod, count int) []*corev1.Pod {
	ordered := slices.Clone(alive)
	slices.Reverse(ordered)
	slices.SortStableFunc(ordered, func(a, b *corev1.Pod) int { return running(a) - running(b) })
	return ordered[:min(count, len(ordered))]
}

func running(pod *corev1.Pod) int {
	if pod.Status.Phase == corev1.PodRunning {
		return 1
	}
	return 0
}

// musterOf sorts an application's executors out. Who has no number of ours is none of ours.
func musterOf(executors []*corev1.Pod, e *submitter.Executors, wanted, claimed int) muster {
	m := muster{wanted: wanted, claimed: claimed, seen: map[int]bool{}}
	ordinals := map[*corev1.Pod]int{}
	for _, pod := range executors {
		ordinal, ours := e.Ordinal(pod)
		if !ours {
			continue
		}
		m.seen[ordinal] = true
		ended := outcomeOf(pod, submitter.SparkContainer(pod))
		switch {
		case pod.DeletionTimestamp != nil || ended != nil && ended.ExitCode != 0:
		case ended != nil:
			m.retired++
		default:
			ordinals[pod] = ordinal
			m.alive = append(m.alive, pod)
		}
	}
	slices.SortFunc(m.alive, func(a, b *corev1.Pod) int { return ordinals[a] - ordinals[b] })
	return m
}
