package properties_test

import (
	"flag"
	"os"
	"testing"

	"swage.dev/swage/e2e/swagetest"
)

// real is a real API server that calls the real swage-webhook. Most properties
// need none: they run Kubernetes' own code in process.
var real swagetest.Server

// seed makes every run of `make test` draw the same cases: what is red is red
// for everybody, and nobody's change fails for a case that somebody else's made
// possible. New cases are for `make properties-long`, which draws others each time.
const seed = "1"

func TestMain(m *testing.M) {
	// Before flags are parsed: -rapid.seed=0 still draws new ones.
	if err := flag.Set("rapid.seed", seed); err != nil {
		panic(err)
	}
	os.Exit(real.Main(m))
}
