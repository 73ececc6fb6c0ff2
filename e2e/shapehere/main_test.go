package shapehere

import (
	"os"
	"testing"

	"swage.dev/swage/e2e/clustertest"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }
