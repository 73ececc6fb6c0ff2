package properties_test

import (
	"os"
	"testing"

	"swage.dev/swage/e2e/swagetest"
)

// real is a real API server that calls the real swage-webhook. Most properties
// need none: they run Kubernetes' own code in process.
var real swagetest.Server

func TestMain(m *testing.M) { os.Exit(real.Main(m)) }
