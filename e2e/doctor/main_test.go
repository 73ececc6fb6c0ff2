package doctor_test

import (
	"context"
	"os"
	"testing"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/clustertest"
)

// server is the API server, with the installation that all tests share.
var (
	server clustertest.Server
	here   *world
)

func TestMain(m *testing.M) {
	// The API server calls endpoints itself: there is no kube-proxy for the Service's address.
	options := cluster.Options{APIServerArgs: []string{"--enable-aggregator-routing=true"}}
	os.Exit(server.MainBeside(m, options, func(ctx context.Context) (func(context.Context) error, error) {
		var err error
		here, err = newWorld(ctx)
		if err != nil {
			return nil, err
		}
		return here.end, nil
	}))
}
