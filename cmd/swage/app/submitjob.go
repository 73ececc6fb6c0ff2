package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// jobOptions are --retries and its kin, nil where none is given.
func jobOptions(line *commandline.Line) (*submitter.JobOptions, error) {
	o := submitter.JobOptions{Suspend: line.Own["--suspend"] != ""}
	if text, given := line.Own["--retries"]; given {
		var err error
		if o.Retries, err = strconv.Atoi(text); err != nil || o.Retries < 0 || o.Retries > submitter.MostRetries {
			return nil, fmt.Errorf("--retries is %q: expected a number, 0 to %d", text, submitter.MostRetries)
		}
	}
	for _, limit := range []struct {
		option string
		value  *time.Duration
	}{{"--deadline", &o.Deadline}, {"--ttl", &o.TTL}} {
		text, given := line.Own[limit.option]
		if !given {
			continue
		}
		var err error
		if *limit.value, err = time.ParseDuration(text); err != nil || *limit.value < time.Second || *limit.value > submitter.LongestLimit || *limit.value%time.Second != 0 {
			return nil, fmt.Errorf("%s is %q: expected full seconds, one or more, such as 90s, 15m or 2h, at most %s", limit.option, text, submitter.LongestLimit)
		}
	}
	if o == (submitter.JobOptions{}) {
		return nil, nil //nolint:nilnil // nothing is asked for
	}
	return &o, nil
}

// jobOptionNames are those that a manifest has fields for.
func jobOptionNames() []string { return []string{"--retries", "--ttl", "--suspend"} }

// createJob creates what Kubernetes' controllers make drivers of. A schedule has no Job yet.
func createJob(ctx context.Context, stderr io.Writer, server *apiserver.Server, objects *submitter.Objects) (*lifecycle.Pods, error) {
	if objects.CronJob != nil {
		cron, err := lifecycle.ApplySchedule(ctx, server, objects)
		if err != nil {
			return nil, failure{ExitServer, err}
		}
		fmt.Fprintf(stderr, "Scheduled Spark application %s as %s in namespace %s, %s\n", oneLine(objects.AppName), cron.Name, cron.Namespace, when(cron))
		return nil, nil //nolint:nilnil // a schedule has no run yet
	}
	job, err := lifecycle.ApplyJob(ctx, server, objects)
	if err != nil {
		return nil, failure{ExitServer, err}
	}
	fmt.Fprintf(stderr, "Deployed Spark application %s as job %s in namespace %s into Kubernetes\n", oneLine(objects.AppName), job.Name, job.Namespace)
	if !terminal.Is(stderr) {
		fmt.Fprintf(stderr, "job name: %s\nnamespace: %s\nlabels: %s\n", job.Name, job.Namespace, lifecycle.SparkMap(job.Labels))
	}
	return &lifecycle.Pods{Job: &lifecycle.Job{Name: job.Name, UID: job.UID, Object: job}}, nil
}

// when is a schedule in words.
func when(cron *batchv1.CronJob) string {
	text := fmt.Sprintf("%q", cron.Spec.Schedule)
	if cron.Spec.TimeZone != nil {
		text += " " + *cron.Spec.TimeZone
	}
	if cron.Spec.Suspend != nil && *cron.Spec.Suspend {
		text += ", suspended"
	}
	return text
}

// checkScheduled refuses what is said of one run that somebody waits for, or looks after.
func checkScheduled(line *commandline.Line) error {
	if err := checkUnwaited(line); err != nil {
		return err
	}
	if line.Own["--filename"] != "" {
		return errors.New("-f: a manifest says when it runs itself, as a ScheduledSparkApplication: swage submit -f")
	}
	if line.Values["--kill"] != "" || line.Values["--status"] != "" {
		return errors.New("--kill and --status are about applications that exist: swage submit")
	}
	return nil
}

// checkUnwaited refuses what is said of waiting, which nobody does for the runs of a schedule.
func checkUnwaited(line *commandline.Line) error {
	for _, option := range []string{"--wait", "--on-interrupt", "--exit-zero"} {
		if line.Own[option] != "" {
			return fmt.Errorf("%s: nobody waits for the runs of a schedule: leave it out", option)
		}
	}
	return nil
}

var errNoDriverYet = errors.New("its Job has made no driver yet")

// noDriver is why an application has no driver to look at.
func noDriver(app *lifecycle.Pods) error {
	if app.Job != nil {
		return fmt.Errorf("%s: %w", app.Word(), errNoDriverYet)
	}
	return fmt.Errorf("%s: %w", app.Word(), lifecycle.ErrNoDriver)
}
