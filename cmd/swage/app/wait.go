package app

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
)

func newWait(p *Process) *cobra.Command {
	var cluster clusterFlags
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "wait APPLICATION",
		Short: "Wait for an application's end, and exit as it did",
		Long: `Waits for an application that anybody submitted, as swage submit does for its
own: it tells why something does not start, how the application failed, and
exits with its exit code; 125 when it has none (deleted, evicted, never started).
Of a Job that swage made it waits for the end of all attempts.
An interrupt ends the waiting only.

` + applicationArgument,
		Example: `  swage wait pi-8a9b0c1d2e3f4051-driver
  swage wait team-a:pi-8a9b0c1d2e3f4051-driver --timeout 1h`,
		Args: oneApplication,
		RunE: func(cmd *cobra.Command, args []string) error {
			at, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			if app.Driver == nil && (app.Job == nil || app.Job.Object == nil) {
				return failure{ExitServer, noDriver(app)}
			}
			ctx := cmd.Context()
			if timeout > 0 {
				limited, stop := context.WithTimeoutCause(ctx, timeout, errors.New("the application goes on: --timeout is over"))
				defer stop()
				ctx = limited
			}
			signals := p.interrupts()
			defer signals.stop()
			return p.await(ctx, signals, at.server, app, awaitOptions{onInterrupt: leave})
		},
	}
	cluster.register(cmd)
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "wait no longer, such as 1h, and exit with 1; 0 is for ever")
	return cmd
}
