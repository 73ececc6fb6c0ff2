package cluster

import (
	"io"
	"os"
	"time"

	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/rundir"
	"swage.dev/swage/e2e/testca"
)

// DefaultStartTimeout is forty times what a start takes on two idle cores: others
// use the machine.
const DefaultStartTimeout = 2 * time.Minute

// Options say how to start a cluster. The zero value is good.
type Options struct {
	// Programs are the executables. Default: built, or found built, by
	// programs.Build with its own defaults.
	Programs programs.Paths
	// Logs is where the components' logs are kept when Close is told so.
	// Default: rundir.LogsFolder.
	Logs string
	// NoAudit leaves the audit log out, for benchmarks: it writes every pod
	// twice. Cluster.Audit is nil then.
	NoAudit bool
	// Host is the machine that the components run on. Default: this one.
	Host Host
	// Dir is the folder of a larger run, which keeps its logs and removes it.
	// Default: a new one, which Close removes.
	Dir *rundir.Dir
	// CA signs the cluster's certificates. Default: a new one.
	CA *testca.CA
	// APIServerArgs are appended to the API server's command line and win over
	// what this package sets.
	APIServerArgs []string
	// StartTimeout is the time for all components together, building not
	// counted. Default: DefaultStartTimeout.
	StartTimeout time.Duration
	// Say receives what a human should know: builds, and where logs are kept.
	// Default: standard error.
	Say io.Writer
}

func (o Options) withDefaults() Options {
	if o.Say == nil {
		o.Say = os.Stderr
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Logs == "" {
		o.Logs = rundir.LogsFolder()
	}
	return o
}
