package webhook_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/swagewebhook"
)

// server is the API server, with the real swage-webhook that all tests share.
var server swagetest.Server

func TestMain(m *testing.M) {
	ctrllog.SetLogger(logr.Discard()) // of the servers in this process; the binary has its own
	server.After = nothingRefused
	os.Exit(server.Main(m))
}

// nothingRefused: the server has here what the manifests grant to it and no
// other right, and needed no other in any test.
func nothingRefused(context.Context) error {
	refused, err := server.Audit().Refused(swagewebhook.Account)
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("the server has no right to %s, and %d more", refused[0], len(refused)-1)
	}
	return err
}
