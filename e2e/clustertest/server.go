package clustertest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"swage.dev/swage/e2e/cluster"
)

// Server is the API server of a test package. Main starts it; until then only
// the zero value exists.
type Server struct{ *cluster.Cluster }

// Main starts the server, runs the package's tests and stops the server. It
// returns the exit status for os.Exit.
func (s *Server) Main(m *testing.M) int { return s.MainWith(m, cluster.Options{}) }

// MainWith is Main for a server with options of its own.
func (s *Server) MainWith(m *testing.M, opts cluster.Options) int {
	ctx := context.Background()
	started, err := cluster.Start(ctx, opts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s.Cluster = started
	status := m.Run()
	if err := started.Close(ctx, status != 0); err != nil {
		fmt.Fprintln(os.Stderr, "stop the cluster:", err)
		return 1
	}
	return status
}
