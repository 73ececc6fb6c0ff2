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
