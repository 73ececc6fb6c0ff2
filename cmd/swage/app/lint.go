package app

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/templatelint"
	"swage.dev/swage/podtemplate"
)

func newLint() *cobra.Command {
	var in inputs
	var output string
	cmd := &cobra.Command{
		Use:   "lint -t TEMPLATES [-f POD.yaml]",
		Short: "Report what is wrong or odd in templates",
		Long: `Reports problems of templates, one in a line: file, line, severity, field, message.

Errors are what keeps a template from being used: unknown fields, wrong types,
repeated keys, selectors that could change their mind. Warnings are what loads
and does not do what it seems to: values that another template overrides where
both apply, fields that are Spark's, values that say nothing, sidecars that keep
a driver from completing.

With pods, only templates that one of them has together are compared, and two
more things are reported: what these pods make of the templates in vain, and
templates that take a pod to a lower level of the Pod Security Standards, which
its namespace may not admit. Without, templates of mode named are not compared
with each other: they are alternatives.

Exit status: 0 without errors, also when there are warnings; 1 with errors;
2 when the command line is wrong or an input cannot be read.`,
		Example: `  swage lint -t templates/

  # Does anything contradict these pods, or each other for them?
  swage lint -t templates/ -f pods.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return lint(cmd, &in, output)
		},
	}
	in.addFlags(cmd)
	addOutputFlag(cmd, &output, textOrJSON())
	return cmd
}

func lint(cmd *cobra.Command, in *inputs, output string) error {
	if err := checkOutput(cmd, output, textOrJSON()); err != nil {
		return err
	}
	templates, outcomes, err := in.readForLint(cmd)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	var failed error
	for _, finding := range templatelint.Lint(templates, outcomes) {
		if finding.Severity == podtemplate.Error {
			failed = errDenied
		}
		if output == "json" {
			writeLine(&out, finding)
			continue
		}
		fmt.Fprintln(&out, finding)
	}
	if err := printAll(cmd, out.Bytes()); err != nil {
		return err
	}
	return failed
}

// readForLint reads templates and, if there are any, pods. What shaping says of the pods is not lint's to tell.
func (in *inputs) readForLint(cmd *cobra.Command) (*offline.Templates, []offline.Outcome, error) {
	if err := in.check(); err != nil && !errors.Is(err, errNoPods) {
		return nil, nil, usageError(cmd, err)
	}
	templates, err := in.readTemplates(cmd)
	if err != nil || len(in.pods) == 0 {
		return templates, nil, err
	}
	pods, err := in.readPods(cmd)
	if err != nil {
		return nil, nil, err
	}
	return templates, offline.Shape(pods, templates, podtemplate.Role(in.role)), nil
}
