package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/swage/internal/attach"
	"swage.dev/swage/cmd/swage/internal/shellstream"
	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// errOutput is wrapped by the error about a shell whose words cannot be passed on.
var errOutput = errors.New("what the shell writes cannot be written here")

// talk connects whoever is here with the shell, until it ends, or nobody takes what it writes.
func (s *shellSession) talk(ctx context.Context, driver *corev1.Pod) error {
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	defer terminal.SurvivePipes()()
	passedOn := func(to io.Writer) *shellstream.Output {
		return shellstream.NewOutput(to, submitter.ShellReady, func(err error) { cut(fmt.Errorf("%w: %w", errOutput, err)) })
	}
	output, beside := passedOn(s.p.Stdout), passedOn(s.p.Stderr)
	o := attach.Options{
		Config: s.config, Namespace: driver.Namespace, Pod: driver.Name, Container: submitter.SparkContainer(driver), Stdout: output,
	}
	if s.terminal == nil {
		o.Stdin, o.Stderr = shellstream.Input(s.p.Stdin), beside
		return errors.Join(attach.Run(ctx, o), output.End(), beside.End())
	}
	return s.terminal.during(ctx, func(sizes <-chan attach.Size) error {
		o.Stdin, o.TTY, o.Sizes = shellstream.Input(s.terminal.file), true, sizes
		return errors.Join(attach.Run(ctx, o), output.End())
	})
}

// endTime is how long it may take until it is seen how a shell ended. A connection that broke may not be its end at all.
const endTime = 15 * time.Second

// ended is the error with which a talk ends.
func (s *shellSession) ended(ctx context.Context, driver *corev1.Pod, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case errors.Is(err, errOutput):
		return failure{ExitServer, fmt.Errorf("%w: the shell is ended", err)}
	}
	outcome := s.state.outcome(ctx, endTime)
	switch {
	case outcome != nil:
		if err != nil {
			s.tellLog(ctx, driver) // nobody has seen what it said
		}
		return s.exit(ctx, driver, outcome)
	case err == nil: // some API servers end a broken connection so
		err = attach.ErrLost
	}
	return failure{ExitServer, fmt.Errorf("%w: the shell is ended", err)}
}

// exit is how the command ends where it is known how the shell did.
func (s *shellSession) exit(ctx context.Context, driver *corev1.Pod, outcome *lifecycle.Outcome) error {
	reason := outcome.Reason
	if most := time.Duration(*s.objects.Job.Spec.ActiveDeadlineSeconds) * time.Second; outcome.ExitCode == lifecycle.NoExitCode && time.Since(s.begun) >= most {
		reason = fmt.Sprintf("its time is over, %s (--max-time)", most)
	}
	if outcome.ExitCode == 0 || reason == "" { // a shell's own exit code is its user's
		return failureOf(outcome.ExitCode)
	}
	if driver != nil {
		for _, line := range lifecycle.PostMortem(ctx, s.server, driver, outcome, s.objects.Settings()) {
			fmt.Fprintf(s.p.Stderr, "  %s\n", oneLine(line))
		}
	}
	return failure{outcome.ExitCode, fmt.Errorf("the shell ended: %s", oneLine(reason))}
}

// lastLines of a log say why a shell never began.
const lastLines = 20

func (s *shellSession) tellLog(ctx context.Context, driver *corev1.Pod) {
	log, err := lifecycle.Logs(ctx, s.server, driver, lifecycle.LogOptions{Tail: lastLines})
	if err != nil {
		return // the exit code has to do
	}
	defer log.Close()
	for lines := bufio.NewScanner(log); lines.Scan(); {
		fmt.Fprintf(s.p.Stderr, "  %s\n", oneLine(lines.Text()))
	}
}

func failureOf(code int) error {
	if code == 0 {
		return nil
	}
	return failure{code, nil}
}
