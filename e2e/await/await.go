// Package await waits for effects: tests never wait for time to pass.
package await

import (
	"testing"
	"time"
)

// Patience is how often to ask, and how long at the most.
type Patience struct{ Every, Timeout time.Duration }

// Until waits until ask returns nil, and fails the test with its last error
// when patience ends.
func (p Patience) Until(t testing.TB, what string, ask func() error) {
	t.Helper()
	timeout := time.NewTimer(p.Timeout)
	defer timeout.Stop()
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-timeout.C:
			t.Fatalf("waited in vain for %s: %v", what, err)
		case <-tick.C:
		}
	}
}
