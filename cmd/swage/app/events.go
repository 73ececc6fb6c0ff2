package app

import (
	"bytes"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/lifecycle"
)

// eventFormats are the values of events' --output.
func eventFormats() []string { return []string{"table", "json", "yaml"} }

// eventView is an event for scripts. Its members are promised.
type eventView struct {
	Time    metav1.Time `json:"time"`
	Type    string      `json:"type"`
	Reason  string      `json:"reason"`
	Pod     string      `json:"pod"`
	Count   int32       `json:"count"`
	Message string      `json:"message"`
}

func newEventView(e *corev1.Event) eventView {
	count := max(1, e.Count)
	if e.Series != nil {
		count = max(count, e.Series.Count)
	}
	return eventView{Time: metav1.NewTime(lifecycle.EventTime(e)), Type: e.Type, Reason: e.Reason, Pod: e.InvolvedObject.Name, Count: count, Message: e.Message}
}

func newEvents(p *Process) *cobra.Command {
	var cluster clusterFlags
	var output string
	cmd := &cobra.Command{
		Use:   "events APPLICATION",
		Short: "List the events about an application's pods, by time",
		Long: `Lists the events about the driver and all executors, merged by time. Executors that
are gone are among them, as long as the API server keeps their events and one
executor of their kind exists.

` + applicationArgument,
		Example: `  swage events pi`,
		Args:    oneApplication,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(cmd, output, eventFormats()); err != nil {
				return err
			}
			at, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			events, err := lifecycle.Events(cmd.Context(), at.server, app)
			if err != nil {
				return failure{ExitServer, fmt.Errorf("the events of %s: %w", app.Word(), err)}
			}
			return printEvents(cmd, p, events, output)
		},
	}
	cluster.register(cmd)
	addOutputFlag(cmd, &output, eventFormats())
	return cmd
}

func printEvents(cmd *cobra.Command, p *Process, events []corev1.Event, output string) error {
	views := make([]eventView, 0, len(events))
	for i := range events {
		views = append(views, newEventView(&events[i]))
	}
	return printViews(cmd, views, output, "no events found", func() []byte { return eventTable(views, p.Now()) })
}

func eventTable(views []eventView, now time.Time) []byte {
	var out bytes.Buffer
	columns := tabwriter.NewWriter(&out, 0, 0, columnGap, ' ', 0)
	fmt.Fprintln(columns, "AGE\tTYPE\tREASON\tPOD\tMESSAGE")
	for i := range views {
		v := &views[i]
		age := ago(now, &v.Time)
		if v.Count > 1 {
			age += fmt.Sprintf(" (x%d)", v.Count)
		}
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\t%s\n", oneLine(age), oneLine(v.Type), oneLine(v.Reason), oneLine(v.Pod), oneLine(v.Message))
	}
	_ = columns.Flush() // into memory
	return out.Bytes()
}
