package app

import (
	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/offline"
)

func newDiff() *cobra.Command {
	var in inputs
	cmd := &cobra.Command{
		Use:   "diff -f POD.yaml -t TEMPLATES",
		Short: "Print what shaping changes in pods, as a unified diff",
		Long: `Prints for each pod the difference between its YAML before and after shaping.
Pods that do not change print nothing; pods that would be denied print nothing
but the reason on stderr.

The exit status is that of render: 0 also when there are differences.`,
		Example: `  swage diff -f pods.yaml -t templates/

  swage diff -f pods.yaml -t templates/ | colordiff`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			outcomes, err := in.shape(cmd)
			if err != nil {
				return err
			}
			for i := range outcomes {
				if err := printAll(cmd, []byte(unifiedDiff(&outcomes[i]))); err != nil {
					return err
				}
			}
			return verdictOf(outcomes)
		},
	}
	in.addFlags(cmd)
	return cmd
}

func unifiedDiff(o *offline.Outcome) string {
	after := o.JSON()
	if after == nil {
		return ""
	}
	before := string(podYAML(o.Pod.JSON()))
	return udiff.Unified("before/"+o.Pod.String(), "after/"+o.Pod.String(), before, string(podYAML(after)))
}
