package nodes

import (
	"io"
	"os"
	"time"

	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/rundir"
)

// DefaultStartTimeout is ten times what a start takes on two idle cores, with an
// image of a gigabyte.
const DefaultStartTimeout = 5 * time.Minute

// Options say how to start a cluster. The zero value is one empty node.
type Options struct {
	// Count is the number of nodes: node-1, node-2, ... Default 1.
	Count int
	// Images are archives, as docker save and package image write them, that
	// every node has from the start. Default: none but the pause image.
	Images []string
	// Logs is where the components' logs are kept when Close is told so.
	// Default: rundir.LogsFolder.
	Logs string
	// StartTimeout is the time for everything, building not counted. Default:
	// DefaultStartTimeout.
	StartTimeout time.Duration
	// Say receives what a human should know: builds, and where logs are kept.
	// Default: standard error.
	Say io.Writer
}

func (o Options) withDefaults() Options {
	if o.Count == 0 {
		o.Count = 1
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Say == nil {
		o.Say = os.Stderr
	}
	if o.Logs == "" {
		o.Logs = rundir.LogsFolder()
	}
	return o
}

// Programs are all that a cluster is made of.
func Programs() []programs.Name { return append(programs.ControlPlane(), programs.Node()...) }
