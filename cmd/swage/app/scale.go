package app

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter/lifecycle"
)

func newScale(p *Process) *cobra.Command {
	var cluster clusterFlags
	cmd := &cobra.Command{
		Use:   "scale APPLICATION NUMBER",
		Short: "Change how many executors an application has",
		Long: `Changes the number of executors of an application that was submitted with
--executors-by submitter: makes new ones, or removes those that do not run yet
and then the youngest. A swage submit that waits keeps the new number. Without
one, nobody replaces executors that are lost: the same number again does.

Where the driver makes the executors only it can change their number:
spark.dynamicAllocation.enabled=true lets it.

` + applicationArgument,
		Example: `  swage scale pi-8a9b0c1d2e3f4051-driver 10`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError(cmd, fmt.Errorf("%s: expected two, the APPLICATION and the number of executors", plural(len(args), "word")))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			count, err := strconv.Atoi(args[1])
			if err != nil || count < 0 || count > lifecycle.MostExecutors {
				return usageError(cmd, fmt.Errorf("the number of executors is %q: expected 0 to %d", args[1], lifecycle.MostExecutors))
			}
			at, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			scaled, err := lifecycle.Scale(cmd.Context(), at.server, app, count)
			if scaled != nil {
				tellScaled(cmd.OutOrStdout(), app.Word(), scaled)
			}
			if err != nil {
				return failure{ExitServer, err}
			}
			return nil
		},
	}
	cluster.register(cmd)
	return cmd
}

// tellScaled says what was done, one pod a line as kubectl does.
func tellScaled(out io.Writer, word string, scaled *lifecycle.Scaled) {
	for _, name := range scaled.Removed {
		fmt.Fprintf(out, "pod/%s deleted\n", name)
	}
	for _, name := range scaled.Made {
		fmt.Fprintf(out, "pod/%s created\n", name)
	}
	fmt.Fprintf(out, "%s scaled: %d executors are wanted, %d were\n", word, scaled.Wanted, scaled.Before)
}
