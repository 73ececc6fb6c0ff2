package app

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// run creates the application and, unless told otherwise, waits for its end.
func run(cmd *cobra.Command, p *Process, r *request) error {
	after, err := executorsAfter(r.Line)
	if err != nil {
		return usageError(cmd, err)
	}
	signals := p.interrupts()
	defer signals.stop()
	var made *executors
	waits := false
	err = signals.during(cmd.Context(), func(ctx context.Context) (err error) {
		if made, err = create(ctx, cmd, p, r); err != nil {
			return err
		}
		made.after = after
		waits = r.Own["--wait"] != "" || r.Own["--no-wait"] == "" && made.objects.Wait
		if !waits {
			return made.make(ctx, tellNote(p.Stderr))
		}
		return nil
	})
	if err != nil || !waits || made.app == nil {
		return err
	}
	containers := made.objects.Driver.Spec.Containers
	return p.await(cmd.Context(), signals, made.server, made.app, awaitOptions{
		container:   containers[len(containers)-1].Name, // a plan has Spark's last
		onInterrupt: decision(r.Own["--on-interrupt"]),
		exitZero:    r.Own["--exit-zero"] != "",
		settings:    made.objects.Settings(),
		beside:      made.keepers(),
	})
}

// create makes the objects, and sends the driver what it waits for.
func create(ctx context.Context, cmd *cobra.Command, p *Process, r *request) (*executors, error) {
	objects, at, err := prepared(ctx, cmd, p, r, "")
	if err != nil {
		return nil, err
	}
	var made *executors
	err = supplied(ctx, p, at, objects, func() (err error) {
		made, err = createAt(ctx, p, at, objects)
		return err
	})
	return made, err
}

func createAt(ctx context.Context, p *Process, at *place, objects *submitter.Objects) (made *executors, err error) {
	made = &executors{server: at.server, objects: objects}
	if objects.Job != nil || objects.CronJob != nil {
		made.app, err = createJob(ctx, p.Stderr, at.server, objects)
		return made, err
	}
	if made.driver, err = lifecycle.Apply(ctx, at.server, objects); err != nil {
		return nil, failure{ExitServer, err}
	}
	if streams(objects) {
		if err := stage(ctx, p, at, made.driver, objects.Staging); err != nil {
			return nil, notStaged(lifecycle.TakeBack(ctx, at.server, made.driver, err))
		}
	}
	made.app = &lifecycle.Pods{Driver: made.driver}
	tellSubmitted(p.Stderr, objects, made.driver)
	return made, nil
}

// tellSubmitted says what was made, in the words of spark-submit. What only its wrappers look for is not for a terminal.
func tellSubmitted(stderr io.Writer, objects *submitter.Objects, driver *corev1.Pod) {
	fmt.Fprintf(stderr, "Deployed Spark application %s with application ID %s and submission ID %s:%s into Kubernetes\n", oneLine(objects.AppName), objects.AppID, driver.Namespace, driver.Name)
	if !terminal.Is(stderr) {
		fmt.Fprintf(stderr, "pod name: %s\nnamespace: %s\nlabels: %s\n", driver.Name, driver.Namespace, lifecycle.SparkMap(driver.Labels))
	}
}

// failure ends a command with an exit code of its own. Without an error there
// is nothing more to say.
type failure struct {
	code int
	err  error
}

func (f failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

func (f failure) Unwrap() error { return f.err }
