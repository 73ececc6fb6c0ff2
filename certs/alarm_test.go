package certs

import (
	"testing"
	"time"
)

// The first time that is still to come counts; what is over or never comes does
// not; and nobody sleeps for longer than the safety net allows.
func TestAlarm(t *testing.T) {
	for _, row := range []struct {
		rule  string
		times []time.Time
		want  time.Duration
	}{
		{"nothing is due", nil, longestSleep},
		{"never, and over", []time.Time{{}, noon, noon.Add(-time.Second)}, longestSleep},
		{"the first of several", []time.Time{noon.Add(time.Minute), noon.Add(time.Second), noon.Add(2 * time.Second), {}}, time.Second},
		{"far away", []time.Time{noon.Add(day)}, longestSleep},
	} {
		a := alarm{now: noon}
		for _, at := range row.times {
			a.at(at)
		}
		if got := a.left(); got != row.want {
			t.Errorf("%s: %s, want %s", row.rule, got, row.want)
		}
	}
}
