package nodetest

import (
	"testing"
	"time"
)

const (
	// awaitEvery is seldom enough not to take the time from what is awaited.
	awaitEvery = 250 * time.Millisecond
	// awaitTimeout is ten times what the slowest of these things take, a Spark
	// job beside another on two cores.
	awaitTimeout = 8 * time.Minute
)

// Await waits until ask returns nil. Tests wait for effects, never for time.
func (c *Cluster) Await(t testing.TB, what string, ask func() error) {
	t.Helper()
	timeout := time.NewTimer(awaitTimeout)
	defer timeout.Stop()
	tick := time.NewTicker(awaitEvery)
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
