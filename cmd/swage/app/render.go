package app

import (
	"slices"

	"github.com/spf13/cobra"
)

func newRender() *cobra.Command {
	var in inputs
	var output string
	cmd := &cobra.Command{
		Use:   "render -f POD.yaml -t TEMPLATES",
		Short: "Print pods as they would be admitted",
		Long: `Prints pods as the webhook would let them into the cluster.

Output formats:
  yaml     the pod; of several pods a List (default)
  json     the same as JSON
  patch    for each pod one line: the JSON patch that shapes it, [] when nothing
           changes, null when the pod would be denied
  changes  for each change one line of JSON: pod, path, op, old, new, template,
           rule and, for conflicts, resolution

Exit status: 0 when all pods would be admitted, 1 when a pod would be denied,
2 when the command line is wrong or an input cannot be read.`,
		Example: `  # Spark's pods with the templates of a folder
  swage render -f pods.yaml -t templates/

  # Spark's own pod template file as a default template, from standard input
  kubectl get pod pi-driver -o yaml | swage render -f - -t driver-template.yaml

  # What every template does, for scripts
  swage render -f pods.yaml -t templates/ -o changes | jq -r '.template + " " + .path'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return render(cmd, &in, output)
		},
	}
	in.addFlags(cmd)
	addOutputFlag(cmd, &output, formatNames())
	return cmd
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func render(cmd *cobra.Command, in *inputs, output string) error {
	if err := checkOutput(cmd, output, formatNames()); err != nil {
		return err
	}
	outcomes, err := in.shape(cmd)
	if err != nil {
		return err
	}
	chosen := formats()[slices.Index(formatNames(), output)]
	if err := printAll(cmd, chosen.write(outcomes)); err != nil {
		return err
	}
	return verdictOf(outcomes)
}
