//go:build node

package scenarios_test

import (
	"os"
	"testing"

	"swage.dev/swage/e2e/nodetest"
)

var cluster nodetest.Cluster

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }
