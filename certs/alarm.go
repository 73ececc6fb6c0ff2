package certs

import "time"

// longestSleep is a safety net: every event wakes the loop, and timers stand
// still while a machine is suspended.
const longestSleep = time.Hour

// alarm finds the first of several times that is still to come.
type alarm struct{ now, first time.Time }

// at counts a time unless it is over; zero means never.
func (a *alarm) at(t time.Time) {
	if t.After(a.now) && (a.first.IsZero() || t.Before(a.first)) {
		a.first = t
	}
}

// left is the time until the first one, longestSleep at most.
func (a *alarm) left() time.Duration {
	if a.first.IsZero() {
		return longestSleep
	}
	return min(longestSleep, a.first.Sub(a.now))
}
