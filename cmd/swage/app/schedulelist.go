package app

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/lifecycle"
)

// scheduleView is a schedule for scripts. Its members are promised.
type scheduleView struct {
	Namespace   string       `json:"namespace"`
	Name        string       `json:"name"`
	Application string       `json:"application"`
	Schedule    string       `json:"schedule"`
	TimeZone    string       `json:"timeZone,omitempty"`
	Concurrency string       `json:"concurrency"`
	State       string       `json:"state"`
	Running     int          `json:"running"`
	LastRun     *metav1.Time `json:"lastRun,omitempty"`
	LastSuccess *metav1.Time `json:"lastSuccess,omitempty"`
	Created     metav1.Time  `json:"created"`
}

func newScheduleView(cron *batchv1.CronJob) scheduleView {
	v := scheduleView{
		Namespace: cron.Namespace, Name: cron.Name, Application: cron.Labels[podtemplate.AppNameLabel], Schedule: cron.Spec.Schedule,
		Concurrency: string(cron.Spec.ConcurrencyPolicy), State: "Active", Running: len(cron.Status.Active),
		LastRun: cron.Status.LastScheduleTime, LastSuccess: cron.Status.LastSuccessfulTime, Created: cron.CreationTimestamp,
	}
	if cron.Spec.TimeZone != nil {
		v.TimeZone = *cron.Spec.TimeZone
	}
	switch {
	case cron.DeletionTimestamp != nil:
		v.State = "Terminating"
	case cron.Annotations[lifecycle.SubmitAnnotation] != "":
		v.State = "Held" // by somebody who did not finish
	case cron.Spec.Suspend != nil && *cron.Spec.Suspend:
		v.State = "Suspended"
	}
	return v
}

func newScheduleList(p *Process) *cobra.Command {
	var cluster namespacesFlags
	var output string
	cmd := &cobra.Command{
		Use:   "list [-n NAMESPACE | -A]",
		Short: "List schedules of Spark applications",
		Long: `Lists the schedules that swage made. One whose state is Held was being made by
somebody who did not finish; it never runs, and swage schedule delete removes it.`,
		Example: `  swage schedule list -A`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutput(cmd, output, eventFormats()); err != nil {
				return err
			}
			at, err := cluster.connect(cmd, p)
			if err != nil {
				return err
			}
			crons, err := lifecycle.Schedules(cmd.Context(), at.server, at.namespace)
			if err != nil {
				return failure{ExitServer, err}
			}
			views := make([]scheduleView, 0, len(crons))
			for i := range crons {
				views = append(views, newScheduleView(&crons[i]))
			}
			return printViews(cmd, views, output, "no schedules found", func() []byte { return scheduleTable(views, p.Now(), cluster.all) })
		},
	}
	cluster.register(cmd)
	addOutputFlag(cmd, &output, eventFormats())
	return cmd
}

func scheduleTable(views []scheduleView, now time.Time, namespaces bool) []byte {
	var out bytes.Buffer
	columns := tabwriter.NewWriter(&out, 0, 0, columnGap, ' ', 0)
	row := func(cells ...string) {
		if !namespaces {
			cells = cells[1:]
		}
		fmt.Fprintln(columns, strings.Join(cells, "\t"))
	}
	row("NAMESPACE", "NAME", "SCHEDULE", "TIME ZONE", "STATE", "RUNNING", "LAST RUN", "LAST SUCCESS", "AGE")
	for i := range views {
		v := &views[i]
		row(v.Namespace, v.Name, oneLine(v.Schedule), oneLine(v.TimeZone), v.State, fmt.Sprint(v.Running),
			oneLine(ago(now, v.LastRun)), oneLine(ago(now, v.LastSuccess)), ago(now, &v.Created))
	}
	_ = columns.Flush() // into memory
	return out.Bytes()
}
