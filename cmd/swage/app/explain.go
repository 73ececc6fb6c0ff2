package app

import (
	"bytes"
	"slices"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

func newExplain() *cobra.Command {
	var in inputs
	var output string
	cmd := &cobra.Command{
		Use:   "explain -f POD.yaml -t TEMPLATES",
		Short: "Say which templates shape pods, and what each of them does",
		Long: `Says for each pod the verdict, the templates that were selected and why, and
every change in one line, grouped by template: what was done where, by which
rule, and what was not done (conflicts, protected fields).

Values of env, args, command and annotations are not shown in the text: they
may be secret. -o json prints for each pod one line of JSON with all values.

The exit status is that of render.`,
		Example: `  swage explain -f pods.yaml -t templates/

  # Which templates lost a conflict
  swage explain -f pods.yaml -t templates/ -o json | jq '.changes[] | select(.resolution == "kept") | .template'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return explain(cmd, &in, output)
		},
	}
	in.addFlags(cmd)
	addOutputFlag(cmd, &output, textOrJSON())
	return cmd
}

func textOrJSON() []string { return []string{"text", "json"} }

func explain(cmd *cobra.Command, in *inputs, output string) error {
	if err := checkOutput(cmd, output, textOrJSON()); err != nil {
		return err
	}
	outcomes, err := in.shape(cmd)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for i := range outcomes {
		e := explanationOf(&outcomes[i])
		if output == "json" {
			writeLine(&out, e)
			continue
		}
		if i > 0 {
			out.WriteByte('\n')
		}
		e.write(&out)
	}
	if err := printAll(cmd, out.Bytes()); err != nil {
		return err
	}
	return verdictOf(outcomes)
}

// explanation is what explain says of one pod.
type explanation struct {
	Pod       string       `json:"pod"`
	Role      string       `json:"role,omitempty"`
	Verdict   string       `json:"verdict"`
	Sentence  string       `json:"sentence"`
	Reason    string       `json:"reason,omitempty"`
	Driver    string       `json:"driver,omitempty"`
	Templates []selected   `json:"templates,omitempty"`
	Changes   []changeLine `json:"changes,omitempty"`
	Warnings  []string     `json:"warnings,omitempty"`
}

// selected is a template that was selected, weakest first.
type selected struct {
	Template string `json:"template"`
	Mode     string `json:"mode"`
	Digest   string `json:"digest"`
	Why      string `json:"why"`
}

func explanationOf(o *offline.Outcome) *explanation {
	result := &o.Result
	e := &explanation{
		Pod: o.Pod.String(), Role: string(result.Role),
		Verdict: string(result.Verdict), Sentence: result.Verdict.Sentence(),
		Reason: result.Reason, Warnings: result.Warnings,
	}
	if o.Driver != nil {
		e.Driver = o.Driver.String()
	}
	for _, ref := range result.Templates {
		e.Templates = append(e.Templates, selected{ref.String(), string(ref.Mode), ref.Digest, o.Why(ref)})
	}
	for _, change := range byTemplate(result) {
		line := newChangeLine(&change)
		line.Note = change.Note
		e.Changes = append(e.Changes, line)
	}
	return e
}

// byTemplate groups changes: each template's together, in the order in which the templates first did something.
func byTemplate(result *podtemplate.Result) []podtemplate.Change {
	first := map[string]int{}
	for i, change := range result.Changes {
		if _, seen := first[change.Template]; !seen {
			first[change.Template] = i
		}
	}
	grouped := slices.Clone(result.Changes)
	slices.SortStableFunc(grouped, func(a, b podtemplate.Change) int { return first[a.Template] - first[b.Template] })
	return grouped
}
