package app

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// executorsAfter is --executors-after, 0 where it is not given.
func executorsAfter(line *commandline.Line) (time.Duration, error) {
	text, given := line.Own["--executors-after"]
	if !given {
		return 0, nil
	}
	after, err := time.ParseDuration(text)
	if err != nil || after <= 0 {
		return 0, fmt.Errorf("--executors-after is %q: expected a time such as 2s or 1m", text)
	}
	return after, nil
}

// executors are those that the submitter makes for a driver that was created.
type executors struct {
	server  *submitter.Server
	driver  *corev1.Pod
	objects *submitter.Objects
	after   time.Duration
	tell    func(string)
}

// make makes them and returns: nobody will wait.
func (e *executors) make(ctx context.Context) error {
	if e.objects.Executors == nil {
		return nil
	}
	err := e.keep(ctx, true)
	scale := fmt.Sprintf("swage scale -n %s %s %d", e.driver.Namespace, e.driver.Name, e.objects.Executors.Count)
	switch {
	case ctx.Err() != nil:
		return failure{ExitInterrupted, fmt.Errorf("interrupted before the executors were made; the application goes on. To make them: %s", scale)}
	case err != nil:
		return failure{ExitServer, fmt.Errorf("%w. The application goes on; to try again: %s", err, scale)}
	case e.objects.Executors.By == submitter.BySubmitter:
		e.tell("nobody waits, so that nobody replaces executors that are lost: " + scale)
	}
	return nil
}

// during makes them, and keeps them while wait waits.
func (e *executors) during(ctx context.Context, wait func() error) error {
	if e.objects.Executors == nil {
		return wait()
	}
	ctx, stop := context.WithCancel(ctx)
	kept := make(chan error, 1)
	go func() { kept <- e.keep(ctx, false) }()
	outcome := wait()
	stop()
	if err := <-kept; err != nil {
		e.tell("executors were not kept: " + err.Error())
	}
	return outcome
}

func (e *executors) keep(ctx context.Context, once bool) error {
	return submitter.Keep(ctx, e.server, e.driver, e.objects.Executors, submitter.KeepOptions{After: e.after, Once: once, Tell: e.tell})
}

// tellNotes tells what a user should know, from any goroutine.
func tellNotes(cmd *cobra.Command) func(string) {
	stderr := cmd.ErrOrStderr()
	return func(text string) { fmt.Fprintf(stderr, "note: %s\n", text) }
}
