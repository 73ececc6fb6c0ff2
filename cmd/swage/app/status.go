package app

import (
	"bytes"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// statusFormats are the values of status's --output.
func statusFormats() []string { return []string{"text", "json", "yaml"} }

func newStatus(p *Process) *cobra.Command {
	var cluster clusterFlags
	var output string
	cmd := &cobra.Command{
		Use:   "status APPLICATION",
		Short: "Say how a Spark application fares",
		Long: `Says how one application fares: its driver, its executors, how it ended, and why
something does not start.

` + applicationArgument,
		Example: `  swage status pi-8a9b0c1d2e3f4051-driver
  swage status pi -o json`,
		Args: oneApplication,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(cmd, output, statusFormats()); err != nil {
				return err
			}
			_, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			view := newApplicationView(app)
			view.withExecutors(app)
			write := machineFormats()[output]
			if write == nil {
				return printAll(cmd, statusText(&view, p.Now()))
			}
			text, err := write(view)
			if err != nil {
				return err
			}
			return printAll(cmd, text)
		},
	}
	cluster.register(cmd)
	addOutputFlag(cmd, &output, statusFormats())
	return cmd
}

func statusText(v *applicationView, now time.Time) []byte {
	var out bytes.Buffer
	columns := tabwriter.NewWriter(&out, 0, 0, columnGap, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(columns, "%s:\t%s\n", name, oneLine(value))
		}
	}
	line("name", v.Name)
	line("id", v.ID)
	line("namespace", v.Namespace)
	line("driver", v.Driver)
	line("job", v.Job)
	line("schedule", v.Schedule)
	line("state", v.State)
	line("reason", v.Reason)
	if v.ExitCode != nil {
		line("exit code", fmt.Sprint(*v.ExitCode))
	}
	line("Spark", v.SparkVersion)
	line("image", v.Image)
	line("shell", v.Shell)
	line("node", v.Node)
	line("age", ago(now, v.Created))
	line("ran", ran(v, now))
	line("executors", ready(&v.Executors))
	for _, e := range v.Executors.Pods {
		fmt.Fprintf(columns, "  %s\t%s\t%s\t%s\n", e.Name, e.State, oneLine(e.Node), oneLine(e.Reason))
	}
	for i, a := range v.Attempts {
		if i == 0 {
			line("attempts", fmt.Sprint(len(v.Attempts)))
		}
		code := ""
		if a.ExitCode != nil {
			code = fmt.Sprintf("exit code %d", *a.ExitCode)
		}
		fmt.Fprintf(columns, "  %s\t%s\t%s\t%s\n", a.Driver, a.State, oneLine(code), oneLine(a.Reason))
	}
	_ = columns.Flush() // into memory
	return out.Bytes()
}

// ran is for how long Spark has run.
func ran(v *applicationView, now time.Time) string {
	switch {
	case v.Started == nil || v.Started.IsZero():
		return ""
	case v.Ended != nil:
		now = v.Ended.Time
	}
	return humanDuration(max(0, now.Sub(v.Started.Time)))
}
