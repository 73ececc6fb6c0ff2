package app

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter/lifecycle"
)

func newKill(p *Process) *cobra.Command {
	var cluster clusterFlags
	var grace int
	cmd := &cobra.Command{
		Use:   "kill APPLICATION...",
		Short: "Kill applications, and remove what they own",
		Long: `Deletes the drivers of applications, or the Jobs that run them, and with them all
that they own: executors, Services, configuration. What is owned goes first. It
says what it removes, as far as you may list it, and does not wait for the end.

` + applicationArgument,
		Example: `  swage kill pi-8a9b0c1d2e3f4051-driver
  swage kill pi --grace-period 5`,
		Args: someApplications,
		RunE: func(cmd *cobra.Command, args []string) error {
			var o lifecycle.KillOptions
			if cmd.Flags().Changed("grace-period") {
				if grace < 0 {
					return usageError(cmd, fmt.Errorf("--grace-period is %d: expected a number of seconds", grace))
				}
				o.Grace = new(time.Duration(grace) * time.Second)
			}
			var failed error
			for _, word := range args { // one that is not there keeps no other alive
				failed = errors.Join(failed, killOne(cmd, p, &cluster, word, o))
			}
			return failed
		},
	}
	cluster.register(cmd)
	cmd.Flags().IntVar(&grace, "grace-period", 0, "seconds that a driver has to end by itself; default what its pod says, mostly 30")
	return cmd
}

func killOne(cmd *cobra.Command, p *Process, cluster *clusterFlags, word string, o lifecycle.KillOptions) error {
	at, app, err := cluster.find(cmd, p, word)
	if err != nil {
		return err
	}
	killed, err := lifecycle.Kill(cmd.Context(), at.server, app, o)
	if err != nil {
		return failure{ExitServer, err}
	}
	tellKilled(cmd.OutOrStdout(), killed)
	return nil
}

// tellKilled says what was removed, one object a line.
func tellKilled(out io.Writer, killed *lifecycle.Killed) {
	for _, object := range killed.Objects {
		fmt.Fprintf(out, "%s deleted\n", object)
	}
	if killed.Note != "" {
		fmt.Fprintf(out, "note: %s\n", killed.Note)
	}
}
