package app

import (
	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/internal/buildversion"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of swage",
		Example: `  swage version`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printVersion(cmd)
		},
	}
}

func printVersion(cmd *cobra.Command) error {
	return printAll(cmd, []byte(buildversion.Line("swage")))
}
