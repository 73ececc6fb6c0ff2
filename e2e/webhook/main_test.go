package webhook_test

import (
	"os"
	"testing"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"swage.dev/swage/e2e/swagetest"
)

// server is the API server, with the real swage-webhook that all tests share.
var server swagetest.Server

func TestMain(m *testing.M) {
	ctrllog.SetLogger(logr.Discard()) // of the servers in this process; the binary has its own
	os.Exit(server.Main(m))
}
