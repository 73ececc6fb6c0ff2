package webhook_test

import (
	"os"
	"testing"

	"swage.dev/swage/e2e/swagetest"
)

// server is the API server, with the real swage-webhook that all tests share.
var server swagetest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }
