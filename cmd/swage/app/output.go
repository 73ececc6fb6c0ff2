package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// addOutputFlag adds -o with a closed list of values, the first of which is the default.
func addOutputFlag(cmd *cobra.Command, output *string, values []string) {
	cmd.Flags().StringVarP(output, "output", "o", values[0], "output format: "+strings.Join(values, "|"))
	completeWith(cmd, "output", values...)
}

func checkOutput(cmd *cobra.Command, output string, values []string) error {
	if slices.Contains(values, output) {
		return nil
	}
	return usageError(cmd, fmt.Errorf("--output is %q: expected one of %s", output, strings.Join(values, ", ")))
}

func printAll(cmd *cobra.Command, text []byte) error {
	if _, err := cmd.OutOrStdout().Write(text); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

// printViews prints what programs read, else a table for people, or that there is none.
func printViews[V any](cmd *cobra.Command, views []V, output, none string, table func() []byte) error {
	if write := machineFormats()[output]; write != nil {
		text, err := write(views)
		if err != nil {
			return err
		}
		return printAll(cmd, text)
	}
	if len(views) == 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), none)
		return nil
	}
	return printAll(cmd, table())
}
