package app

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

func newLogs(p *Process) *cobra.Command {
	var cluster clusterFlags
	var executor string
	var attempt int
	var o lifecycle.LogOptions
	cmd := &cobra.Command{
		Use:   "logs APPLICATION [--executor N] [-f]",
		Short: "Print the log of a driver or an executor",
		Long: `Prints the log of an application's driver, or of one of its executors that exist.
With -f it waits for the container to start, and goes on until it ends.

` + applicationArgument,
		Example: `  swage logs pi -f
  swage logs pi --executor 2 --tail 50`,
		Args: oneApplication,
		RunE: func(cmd *cobra.Command, args []string) error {
			if attempt < 0 {
				return usageError(cmd, fmt.Errorf("--attempt is %d: expected 1 for the first, 2 for the next, and so on", attempt))
			}
			at, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			if err := choose(app, attempt); err != nil {
				return failure{ExitServer, err}
			}
			pod, err := podOf(app, executor)
			if err != nil {
				return failure{ExitServer, err}
			}
			return printLog(cmd, at.server, pod, o)
		},
	}
	cluster.register(cmd)
	flags := cmd.Flags()
	flags.IntVar(&attempt, "attempt", 0, "which attempt of a Job, 1 for the first that exists; default the last")
	flags.StringVar(&executor, "executor", "", "an executor, by its id or its pod's name; default the driver")
	flags.StringVarP(&o.Container, "container", "c", "", "container; default Spark's")
	flags.BoolVarP(&o.Follow, "follow", "f", false, "go on until the container ends")
	flags.BoolVarP(&o.Previous, "previous", "p", false, "of the container before its last restart")
	flags.Int64Var(&o.Tail, "tail", 0, "only so many of the last lines; 0 is all")
	flags.DurationVar(&o.Since, "since", 0*time.Second, "only lines that are not older, such as 10m; 0 is all")
	flags.BoolVar(&o.Timestamps, "timestamps", false, "put the time before each line")
	return cmd
}

// choose makes the driver that counts the one of an attempt, 0 for the last.
func choose(app *lifecycle.Pods, attempt int) error {
	switch {
	case attempt == 0:
		return nil
	case app.Job == nil:
		return fmt.Errorf("%s has no attempts: no Job runs it", app.Word())
	case attempt < 0 || attempt > len(app.Job.Attempts):
		return fmt.Errorf("%s has no attempt %d: there are %d", app.Word(), attempt, len(app.Job.Attempts))
	}
	app.Driver, app.Executors = app.Job.Attempts[attempt-1], nil
	return nil
}

// podOf is the driver's pod, or an executor's.
func podOf(app *lifecycle.Pods, executor string) (*corev1.Pod, error) {
	if executor == "" && app.Driver == nil {
		return nil, noDriver(app)
	}
	if executor == "" {
		return app.Driver, nil
	}
	var known []string
	for _, pod := range app.Executors {
		id := pod.Labels[podtemplate.ExecutorIDLabel]
		if id == executor || pod.Name == executor {
			return pod, nil
		}
		known = append(known, id)
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("%s has no executors: Spark deletes those that have ended, unless spark.kubernetes.executor.deleteOnTermination=false", app.Word())
	}
	return nil, fmt.Errorf("%s has no executor %s: there are %s", app.Word(), executor, strings.Join(known, ", "))
}

func printLog(cmd *cobra.Command, server *apiserver.Server, pod *corev1.Pod, o lifecycle.LogOptions) error {
	if o.Follow {
		if err := lifecycle.AwaitStart(cmd.Context(), server, pod, func(why string) { fmt.Fprintf(cmd.ErrOrStderr(), "%s waits: %s\n", pod.Name, why) }); err != nil {
			return failure{ExitServer, err}
		}
	} else if pod.Spec.NodeName == "" {
		return failure{ExitServer, fmt.Errorf("%s has no node and no log yet: -f waits for it", pod.Name)}
	}
	log, err := lifecycle.Logs(cmd.Context(), server, pod, o)
	if err != nil {
		return failure{ExitServer, fmt.Errorf("the log of %s: %w", pod.Name, err)}
	}
	defer log.Close()
	if _, err := io.Copy(cmd.OutOrStdout(), log); err != nil {
		return failure{ExitServer, fmt.Errorf("the log of %s: %w", pod.Name, err)}
	}
	return nil
}
