package nodetest

import (
	"testing"
	"time"

	"swage.dev/swage/e2e/await"
)

// patience asks seldom enough not to take the time from what is awaited, and
// lasts ten times what the slowest of these things take, a Spark job beside
// another on two cores.
var patience = await.Patience{Every: 250 * time.Millisecond, Timeout: 8 * time.Minute}

// Await waits until ask returns nil. Tests wait for effects, never for time.
func (c *Cluster) Await(t testing.TB, what string, ask func() error) {
	t.Helper()
	patience.Until(t, what, ask)
}
