package app

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/submitter/lifecycle"
)

// listFormats are the values of list's --output.
func listFormats() []string { return []string{"table", "wide", "json", "yaml"} }

func newList(p *Process) *cobra.Command {
	var cluster namespacesFlags
	var output string
	cmd := &cobra.Command{
		Use:   "list [-n NAMESPACE | -A]",
		Short: "List Spark applications, whoever submitted them",
		Long: `Lists the Spark applications of a namespace that have pods, oldest first: those of
spark-submit, of notebooks and of operators too, for Spark's labels tell. An
application whose state is Held was being submitted by somebody who did not
finish; it never runs, and swage kill removes it.`,
		Example: `  swage list
  swage list -A -o wide
  swage list -o json | jq -r '.[] | select(.state == "Failed") | .driver'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutput(cmd, output, listFormats()); err != nil {
				return err
			}
			at, err := cluster.connect(cmd, p)
			if err != nil {
				return err
			}
			apps, err := lifecycle.Applications(cmd.Context(), at.server, at.namespace)
			if err != nil {
				return failure{ExitServer, err}
			}
			return printList(cmd, p, apps, output, cluster.all)
		},
	}
	cluster.register(cmd)
	addOutputFlag(cmd, &output, listFormats())
	return cmd
}

func printList(cmd *cobra.Command, p *Process, apps []lifecycle.Pods, output string, all bool) error {
	views := make([]applicationView, 0, len(apps))
	for i := range apps {
		views = append(views, newApplicationView(&apps[i]))
	}
	return printViews(cmd, views, output, "no Spark applications found", func() []byte { return table(views, p.Now(), output == "wide", all) })
}

// onlyWide are columns that most people do not look at.
var onlyWide = []string{"JOB", "SHELL", "ID", "SPARK", "NODE"}

// table is applications for people, one a line.
func table(views []applicationView, now time.Time, wide, namespaces bool) []byte {
	head := []string{"NAMESPACE", "NAME", "STATE", "EXECUTORS", "AGE", "DRIVER", "JOB", "SHELL", "ID", "SPARK", "NODE", "REASON"}
	rows := [][]string{head}
	for i := range views {
		v := &views[i]
		rows = append(rows, []string{
			v.Namespace, v.Name, v.State, ready(&v.Executors), ago(now, v.Created), v.Driver, v.Job, v.Shell, v.ID, v.SparkVersion, v.Node, v.Reason,
		})
	}
	var out bytes.Buffer
	columns := tabwriter.NewWriter(&out, 0, 0, columnGap, ' ', 0)
	for number, row := range rows {
		var cells []string
		for i, cell := range row {
			switch {
			case head[i] == "NAMESPACE" && !namespaces, !wide && slices.Contains(onlyWide, head[i]):
				continue
			case head[i] == "REASON" && number > 0 && !wide:
				cell = shortened(cell)
			}
			cells = append(cells, oneLine(cell))
		}
		fmt.Fprintln(columns, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	_ = columns.Flush() // into memory
	return out.Bytes()
}

// columnGap is the blanks between columns, as kubectl has them.
const columnGap = 3

// ready is the executors that run, of those that exist.
func ready(e *executorView) string {
	return fmt.Sprintf("%d/%d", e.Running, e.Pending+e.Running+e.Succeeded+e.Failed)
}

// oneLine keeps a cell that a pod's writer chose from being several, or from moving the cursor,
// and marks what is missing, so that the parts of a line can be counted.
func oneLine(cell string) string {
	return cmp.Or(manifest.Printable(cell), "-")
}

func humanDuration(d time.Duration) string { return duration.HumanDuration(d) }
