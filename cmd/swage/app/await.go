package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// awaiting waits for an application's end, shows how it fares, and does what an
// interrupt asks for. One goroutine does all of that; another follows the pods,
// and a third may keep executors.
type awaiting struct {
	p       *Process
	server  *apiserver.Server
	app     *lifecycle.Pods // as it was when waiting began
	options awaitOptions

	display  display
	latest   *lifecycle.Pods
	question *question
	news     chan func()
}

// awaitOptions say how to wait.
type awaitOptions struct {
	// container is the driver's Spark container. Default: found.
	container string
	// onInterrupt is what an interrupt means. Default "": asked on a terminal, else leave.
	onInterrupt decision
	// exitZero is spark-submit's way: exit with 0 whatever became of the application.
	exitZero bool
	// settings are the application's. Default: read from the cluster.
	settings map[string]string
	// beside is done while somebody waits, and ends with its context. Default: nothing.
	beside func(ctx context.Context, tell func(string))
}

// await waits, tells how the application ended, and returns what the command exits with.
func (p *Process) await(ctx context.Context, signals *interrupts, server *apiserver.Server, app *lifecycle.Pods, o awaitOptions) error {
	a := &awaiting{p: p, server: server, app: app, options: o, display: newDisplay(p), news: make(chan func())}
	outcome, err := a.run(ctx, signals)
	a.display.clear()
	switch {
	case errors.Is(err, errInterrupted):
		return failure{ExitInterrupted, err}
	case err != nil:
		return failure{ExitServer, fmt.Errorf("%w; the application goes on, unseen from here: do not submit it again", err)}
	}
	return a.tellOutcome(ctx, outcome)
}

// result is how waiting ended.
type result struct {
	outcome *lifecycle.Outcome
	err     error
}

func (a *awaiting) run(ctx context.Context, signals *interrupts) (*lifecycle.Outcome, error) {
	following, stop := context.WithCancel(ctx)
	ended := make(chan result, 1)
	var others sync.WaitGroup
	others.Go(func() { ended <- a.follow(following) })
	if a.options.beside != nil {
		others.Go(func() {
			a.options.beside(following, func(text string) { a.tell(following, func() { a.display.note("note: " + text) }) })
		})
	}
	defer others.Wait()
	defer stop()
	defer func() { a.answered() }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		d := wait
		select {
		case told := <-a.news:
			told()
		case <-tick.C:
			if a.question == nil {
				a.display.tick()
			}
		case r := <-ended:
			return r.outcome, r.err
		case signal := <-signals.caught:
			d = a.interrupted(signal)
		case d = <-a.answers():
			a.answered()
			a.show()
		}
		if d != wait {
			signals.stop() // from now on a signal ends the process
			return nil, a.end(ctx, d)
		}
	}
}

// tell has the waiting goroutine do something.
func (a *awaiting) tell(ctx context.Context, what func()) {
	select {
	case a.news <- what:
	case <-ctx.Done():
	}
}

func (a *awaiting) follow(ctx context.Context) result {
	o := lifecycle.WaitOptions{
		Container: a.options.container,
		Changed: func(app lifecycle.Pods) {
			a.tell(ctx, func() {
				a.latest = &app
				a.show()
			})
		},
		Trouble: func(t lifecycle.Trouble) { a.tell(ctx, func() { a.display.note(troubleLine(t)) }) },
		Ended: func(attempt string, outcome *lifecycle.Outcome) {
			a.tell(ctx, func() { a.display.note("note: " + attempt + " ended: " + oneLine(outcome.String())) })
		},
	}
	var outcome *lifecycle.Outcome
	var err error
	if a.app.Job != nil && a.app.Job.Object != nil {
		outcome, err = lifecycle.WaitJob(ctx, a.server, a.app.Job.Object, o)
	} else {
		outcome, err = lifecycle.Wait(ctx, a.server, a.app.Driver, o)
	}
	return result{outcome, err}
}

// show shows how the application fares, unless something is asked there.
func (a *awaiting) show() {
	if a.question == nil && a.latest != nil {
		a.display.changed(*a.latest)
	}
}

// interrupted is what a signal means: what was said before, what is asked now,
// or to leave the application, as spark-submit does. So does a second signal.
func (a *awaiting) interrupted(signal os.Signal) decision {
	switch {
	case a.options.onInterrupt != "":
		return a.options.onInterrupt
	case a.question != nil, signal != os.Interrupt, !terminal.Is(a.p.Stderr):
		return leave
	}
	tty, err := a.p.OpenTerminal()
	if err != nil {
		return leave
	}
	a.display.clear()
	a.question = ask(tty)
	return wait
}

// answers is nil, and never has one, while nothing is asked.
func (a *awaiting) answers() <-chan decision {
	if a.question == nil {
		return nil
	}
	return a.question.answer
}

func (a *awaiting) answered() {
	if a.question != nil {
		a.question.withdraw()
		a.question = nil
	}
}

// end does what was decided. The error says what became of the application.
func (a *awaiting) end(ctx context.Context, d decision) error {
	a.display.clear()
	if d == leave {
		return fmt.Errorf("%w; the application goes on: swage wait -n %s %s", errInterrupted, a.app.Namespace(), a.app.Word())
	}
	killed, err := lifecycle.Kill(ctx, a.server, a.app, lifecycle.KillOptions{})
	if err != nil {
		return fmt.Errorf("%w; it goes on", err)
	}
	tellKilled(a.p.Stderr, killed)
	return fmt.Errorf("%w; the application was killed", errInterrupted)
}

// lastDriver is the driver that was seen last, nil where none was.
func (a *awaiting) lastDriver() *corev1.Pod {
	if a.latest != nil && a.latest.Driver != nil {
		return a.latest.Driver
	}
	return a.app.Driver
}

// tellOutcome says how an application ended: in words when it failed, and its exit code always, and last, in the words that
// wrappers of spark-submit look for.
func (a *awaiting) tellOutcome(ctx context.Context, outcome *lifecycle.Outcome) error {
	if driver := a.lastDriver(); outcome.ExitCode != 0 && driver != nil {
		for _, line := range lifecycle.PostMortem(ctx, a.server, driver, outcome, a.options.settings) {
			fmt.Fprintf(a.p.Stderr, "  %s\n", oneLine(line)) // a log may hold what moves a cursor
		}
	}
	fmt.Fprintf(a.p.Stderr, "exit code: %d\n", outcome.ExitCode)
	switch {
	case a.options.exitZero || outcome.ExitCode == 0:
		return nil
	case outcome.Reason != "":
		return failure{outcome.ExitCode, errors.New(outcome.Reason)}
	}
	return failure{outcome.ExitCode, nil}
}
