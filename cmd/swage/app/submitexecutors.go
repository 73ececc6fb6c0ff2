package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
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
	server  *apiserver.Server
	driver  *corev1.Pod
	app     *lifecycle.Pods // what was created; nil where nothing of it runs yet
	objects *submitter.Objects
	after   time.Duration
}

// make makes them and returns: nobody will wait.
func (e *executors) make(ctx context.Context, tell func(string)) error {
	if e.objects.Executors == nil {
		return nil
	}
	err := e.keep(ctx, true, tell)
	scale := fmt.Sprintf("swage scale -n %s %s %d", e.driver.Namespace, e.driver.Name, e.objects.Executors.Count)
	switch {
	case ctx.Err() != nil:
		return failure{ExitInterrupted, fmt.Errorf("interrupted before the executors were made; the application goes on. To make them: %s", scale)}
	case err != nil:
		return failure{ExitServer, fmt.Errorf("%w. The application goes on; to try again: %s", err, scale)}
	case e.objects.Executors.By == submitter.BySubmitter:
		tell("nobody waits, so that nobody replaces executors that are lost: " + scale)
	}
	return nil
}

// keepers makes them and keeps them while somebody waits; nil when there are none to keep.
func (e *executors) keepers() func(ctx context.Context, tell func(string)) {
	if e.objects.Executors == nil {
		return nil
	}
	return func(ctx context.Context, tell func(string)) {
		var both sync.WaitGroup
		both.Go(func() {
			if err := e.keep(ctx, false, tell); err != nil {
				tell("executors were not kept: " + err.Error())
			}
		})
		both.Go(func() { e.compare(ctx, tell) })
		both.Wait()
	}
}

// compare tells, once, what the program sets in code too late for executors
// that are there already. Where nobody may ask the driver, nothing is told.
func (e *executors) compare(ctx context.Context, tell func(string)) {
	names, err := lifecycle.ProgramSettings(ctx, e.server, e.driver, e.objects)
	if err == nil && len(names) > 0 {
		tell("the program sets in code what executors were made without: " + strings.Join(names, ", ") +
			"; give that on the command line, or use --executors-by driver")
	}
}

func (e *executors) keep(ctx context.Context, once bool, tell func(string)) error {
	return lifecycle.Keep(ctx, e.server, e.driver, e.objects.Executors, lifecycle.KeepOptions{After: e.after, Once: once, Tell: tell})
}

// tellNote tells what a user should know.
func tellNote(stderr io.Writer) func(string) {
	return func(text string) { fmt.Fprintf(stderr, "note: %s\n", text) }
}
