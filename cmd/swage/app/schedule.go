package app

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/cron"
)

func newSchedule(p *Process) *cobra.Command {
	var o scheduleFlags
	cmd := &cobra.Command{
		Use:   `schedule "CRON" [OPTIONS] -- [SUBMIT OPTIONS] PROGRAM [ARGUMENTS]`,
		Short: "Run a Spark application again and again, by a CronJob",
		Long: `Has Kubernetes run an application at certain times: a CronJob makes a Job for each
run, as swage submit --retries makes one. What follows -- is swage submit's own
command line; its --retries, --deadline and --ttl hold for each run, its
--suspend makes runs wait for a queueing system, and --dry-run prints the
CronJob. What the runs need (settings, keytabs, templates) is created once, and
goes with the schedule.

CRON has five fields (minute, hour, day of the month, month, day of the week), or
is @hourly, @daily, @weekly, @monthly or @yearly.

swage list shows the runs. swage logs, status, wait, events and kill take the
schedule's name for its last run.`,
		Example: `  swage schedule "0 3 * * *" --name nightly --time-zone Europe/Berlin --concurrency Forbid \
    -- --retries 2 --deadline 2h --conf spark.kubernetes.container.image=apache/spark:4.1.2 \
    local:///opt/spark/examples/src/main/python/pi.py

  swage schedule trigger nightly
  swage schedule list`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			schedule, err := o.options(cmd, args)
			if err != nil {
				return usageError(cmd, err)
			}
			return submit(cmd, p, args[1:], schedule)
		},
	}
	o.register(cmd)
	cmd.SetFlagErrorFunc(func(of *cobra.Command, err error) error {
		if of == cmd && unknownFlag(err, of.Flags().Lookup("help")) {
			err = fmt.Errorf("%w: is it swage submit's? Those stand behind --", err)
		}
		return flagError(of, err)
	})
	cmd.AddCommand(newScheduleList(p), newScheduleDelete(p), newScheduleTrigger(p), newScheduleSuspend(p, true), newScheduleSuspend(p, false))
	return cmd
}

// scheduleFlags are those before the two dashes.
type scheduleFlags struct {
	submitter.ScheduleOptions
	success, failed int
}

func (o *scheduleFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.Name, "name", "", "name of the schedule, at most 52 characters; default the application's")
	flags.StringVar(&o.TimeZone, "time-zone", "", "time zone, such as Europe/Berlin; default that of the cluster, mostly UTC")
	flags.StringVar(&o.Concurrency, "concurrency", "", "when the last run goes on: Allow, Forbid or Replace; default Allow")
	flags.IntVar(&o.success, "history-success", 0, "how many runs are kept that succeeded; default what Kubernetes keeps, 3")
	flags.IntVar(&o.failed, "history-failed", 0, "how many runs are kept that failed; default 1")
	flags.BoolVar(&o.Suspend, "suspend", false, "do not begin yet: swage schedule resume does")
}

func (o *scheduleFlags) options(cmd *cobra.Command, args []string) (*submitter.ScheduleOptions, error) {
	dash := cmd.ArgsLenAtDash()
	switch {
	case len(args) == 0:
		return nil, errors.New(`when? Expected a schedule such as "0 3 * * *", or list, delete, trigger, suspend, resume`)
	case dash > 1:
		return nil, fmt.Errorf("%q: expected one schedule, in quotes, then -- and what swage submit takes", args[:dash])
	case dash < 0 && len(args) > 1:
		return nil, fmt.Errorf("%q: expected -- between the schedule and what swage submit takes", args[1])
	case dash == 0:
		return nil, errors.New(`when? Expected a schedule such as "0 3 * * *" before the --`)
	case len(args) == 1:
		return nil, errors.New("what? Expected -- and what swage submit takes after the schedule")
	}
	o.Cron = args[0]
	if err := cron.Check(o.Cron); err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("history-success") {
		o.HistorySuccess = &o.success
	}
	if cmd.Flags().Changed("history-failed") {
		o.HistoryFailed = &o.failed
	}
	return &o.ScheduleOptions, nil
}
