package app

import (
	"fmt"

	"github.com/spf13/cobra"
	batchv1 "k8s.io/api/batch/v1"

	"swage.dev/swage/submitter/lifecycle"
)

// schedule connects, and finds the schedule of a name.
func (f *clusterFlags) schedule(cmd *cobra.Command, p *Process, args []string) (*place, *batchv1.CronJob, error) {
	if len(args) != 1 {
		return nil, nil, usageError(cmd, fmt.Errorf("%d words: expected one, the SCHEDULE", len(args)))
	}
	at, err := f.connect(cmd, p)
	if err != nil {
		return nil, nil, err
	}
	cron, err := lifecycle.GetSchedule(cmd.Context(), at.server, at.namespace, args[0])
	if err != nil {
		return nil, nil, failure{ExitServer, err}
	}
	return at, cron, nil
}

// changesSchedule is a command that does one thing to one schedule.
func changesSchedule(p *Process, cmd *cobra.Command, change func(cmd *cobra.Command, at *place, cron *batchv1.CronJob) (said string, err error)) *cobra.Command {
	var cluster clusterFlags
	cmd.Use += " SCHEDULE"
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		at, cron, err := cluster.schedule(cmd, p, args)
		if err != nil {
			return err
		}
		said, err := change(cmd, at, cron)
		if err != nil {
			return failure{ExitServer, err}
		}
		fmt.Fprintln(cmd.OutOrStdout(), said)
		return nil
	}
	cluster.register(cmd)
	return cmd
}

func newScheduleDelete(p *Process) *cobra.Command {
	return changesSchedule(p, &cobra.Command{
		Use: "delete", Short: "Delete a schedule with its runs, those that go on included", Example: "  swage schedule delete nightly",
	}, func(cmd *cobra.Command, at *place, cron *batchv1.CronJob) (string, error) {
		return "cronjob/" + cron.Name + " deleted", lifecycle.DeleteSchedule(cmd.Context(), at.server, cron)
	})
}

func newScheduleTrigger(p *Process) *cobra.Command {
	return changesSchedule(p, &cobra.Command{
		Use: "trigger", Short: "Run a schedule once, now, be it suspended or not", Example: "  swage wait $(swage schedule trigger nightly | sed 's/.*\\///; s/ .*//')",
	}, func(cmd *cobra.Command, at *place, cron *batchv1.CronJob) (string, error) {
		job, err := lifecycle.Trigger(cmd.Context(), at.server, cron, p.Now())
		if err != nil {
			return "", err
		}
		return "job/" + job.Name + " created", nil
	})
}

func newScheduleSuspend(p *Process, suspend bool) *cobra.Command {
	cmd := &cobra.Command{Use: "suspend", Short: "Have no more runs begin; those that go on are not touched", Example: "  swage schedule suspend nightly"}
	done := "suspended"
	if !suspend {
		cmd = &cobra.Command{Use: "resume", Short: "Have runs begin again", Example: "  swage schedule resume nightly"}
		done = "resumed"
	}
	return changesSchedule(p, cmd, func(cmd *cobra.Command, at *place, cron *batchv1.CronJob) (string, error) {
		return "cronjob/" + cron.Name + " " + done, lifecycle.SuspendSchedule(cmd.Context(), at.server, cron, suspend)
	})
}
