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
	return s.MainBeside(m, opts, nil)
}

// Beside starts a program beside the server and returns what ends it.
type Beside func(context.Context) (stop func(context.Context) error, err error)

// MainBeside is MainWith for tests that share a program beside the server. It
// is started after the server and ended before it; nil: there is none.
func (s *Server) MainBeside(m *testing.M, opts cluster.Options, beside Beside) int {
	ctx := context.Background()
	started, err := cluster.Start(ctx, opts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s.Cluster = started
	status := runBeside(ctx, m, beside)
	if err := started.Close(ctx, status != 0); err != nil {
		fmt.Fprintln(os.Stderr, "stop the cluster:", err)
		return 1
	}
	return status
}

func runBeside(ctx context.Context, m *testing.M, beside Beside) int {
	if beside == nil {
		return m.Run()
	}
	stop, err := beside(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := m.Run()
	if err := stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "stop what runs beside the cluster:", err)
		return 1
	}
	return status
}
