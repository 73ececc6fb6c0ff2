package app

import (
	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/terminal"
)

func newDiff(p *Process) *cobra.Command {
	var in inputs
	var explained bool
	cmd := &cobra.Command{
		Use:   "diff -f POD.yaml -t TEMPLATES",
		Short: "Print what shaping changes in pods, as a unified diff",
		Long: `Prints for each pod the difference between its YAML before and after shaping.
Pods that do not change print nothing; pods that would be denied print nothing
but the reason on stderr. Values are shown as they are, those of env vars
included: explain does not show them.

The exit status is that of render: 0 also when there are differences.`,
		Example: `  swage diff -f pods.yaml -t templates/

  swage diff -f pods.yaml -t templates/ | colordiff
  # Who put what into the pods
  swage diff --explain -f pods.yaml -t templates/`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			outcomes, err := in.shape(cmd)
			if err != nil {
				return err
			}
			show := unifiedDiff
			if explained {
				show = explainedDiff(terminal.Colours(cmd.OutOrStdout(), p.Env))
			}
			for i := range outcomes {
				if err := printAll(cmd, []byte(show(&outcomes[i]))); err != nil {
					return err
				}
			}
			return verdictOf(outcomes)
		},
	}
	in.addFlags(cmd)
	cmd.Flags().BoolVar(&explained, "explain", false, "say beside each change which template wanted it, and by which rule")
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
