package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// shellSession is one shell, from the creation of its Job to its removal.
type shellSession struct {
	p        *Process
	server   *apiserver.Server
	config   *rest.Config
	objects  *submitter.Objects
	terminal *shellTerminal // nil: nobody is at one
	display  display
	state    *shellState
	begun    time.Time
}

// shellRights are those without which a shell would fail half-way.
func shellRights() []lifecycle.Right {
	rights := []lifecycle.Right{{Verb: "list", Resource: "pods"}, {Verb: "watch", Resource: "pods"}, {Verb: "create", Resource: "pods/attach"}}
	for _, verb := range []string{"create", "get", "watch", "patch", "delete"} {
		rights = append(rights, lifecycle.Right{Verb: verb, Group: "batch", Resource: "jobs"})
	}
	return rights
}

// openShell finds out all that can keep a shell from beginning, before anything is created.
func openShell(ctx context.Context, cmd *cobra.Command, p *Process, r *request) (*shellSession, error) {
	objects, at, err := prepared(ctx, cmd, p, r, "")
	if err != nil {
		return nil, err
	}
	if err := lifecycle.CheckRights(ctx, at.server, objects.Namespace, shellRights()...); err != nil {
		return nil, failure{ExitServer, fmt.Errorf("a shell cannot be had here: %w", err)}
	}
	s := &shellSession{p: p, server: at.server, config: at.config, objects: objects, display: newDisplay(p), state: newShellState()}
	if r.shell.Terminal {
		if s.terminal, err = openShellTerminal(p); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// run is the whole life of the shell. Whatever it ends with, nothing is left of it.
func (s *shellSession) run(ctx context.Context) error {
	if s.terminal != nil {
		defer s.terminal.close()
	}
	var job *batchv1.Job
	err := supplied(ctx, s.p, &place{server: s.server, config: s.config, namespace: s.objects.Namespace}, s.objects, func() (err error) {
		s.begun = time.Now()
		if job, err = lifecycle.ApplyShell(ctx, s.server, s.objects); err != nil {
			return failure{ExitServer, err}
		}
		return nil
	})
	if err != nil {
		return s.explained(ctx, err)
	}
	err = s.live(ctx, job)
	s.display.clear()
	s.remove(ctx, job)
	return s.explained(ctx, err)
}

// explained is the error with which the command ends: who was interrupted knows why.
func (s *shellSession) explained(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.Is(cause, errInterrupted) {
		return failure{ExitInterrupted, fmt.Errorf("%w; the shell is ended", cause)}
	}
	return err
}

// live lasts as long as the shell.
func (s *shellSession) live(ctx context.Context, job *batchv1.Job) error {
	beside, stop := context.WithCancel(ctx)
	var others sync.WaitGroup
	others.Go(func() { lifecycle.KeepShell(beside, s.server, job, s.objects) })
	others.Go(func() {
		s.state.follow(beside, func(ctx context.Context, o lifecycle.WaitOptions) (*lifecycle.Outcome, error) {
			return lifecycle.WaitJob(ctx, s.server, job, o)
		})
	})
	defer others.Wait()
	defer stop()
	driver, err := s.awaitStart(ctx)
	if err != nil {
		return err
	}
	s.display.clear()
	err = s.talk(ctx, driver)
	return s.ended(ctx, driver, err)
}

// awaitStart waits until the shell's container runs, and shows what it waits for.
func (s *shellSession) awaitStart(ctx context.Context) (*corev1.Pod, error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-tick.C:
			s.display.tick()
		case <-s.state.news:
			if driver, err := s.looked(ctx); driver != nil || err != nil {
				return driver, err
			}
		}
	}
}

// looked is the driver, once its container runs, or why it never will.
func (s *shellSession) looked(ctx context.Context) (*corev1.Pod, error) {
	app, notes, ended := s.state.look()
	for _, note := range notes {
		s.display.note(note)
	}
	switch {
	case app.Driver != nil && lifecycle.Started(app.Driver):
		return app.Driver, nil
	case ended != nil && ended.err != nil:
		return nil, failure{ExitServer, ended.err}
	case ended != nil:
		return nil, s.neverBegan(ctx, app.Driver, ended.outcome)
	case app.Driver != nil && lifecycle.PodState(app.Driver).Outcome != nil:
		return nil, s.neverBegan(ctx, app.Driver, s.state.outcome(ctx, endTime))
	case app.Job != nil:
		s.display.changed(app)
	}
	return nil, nil
}

var errNeverBegan = errors.New("the shell never began")

// neverBegan is an error even where Kubernetes takes it for a success.
func (s *shellSession) neverBegan(ctx context.Context, driver *corev1.Pod, outcome *lifecycle.Outcome) error {
	if err := s.exit(ctx, driver, outcome); err != nil {
		return err
	}
	return failure{ExitServer, errNeverBegan}
}

const (
	// removalTime is how long a removal may take that nobody interrupted.
	removalTime = 20 * time.Second
	// requestTime is how long asking for it may take.
	requestTime = 10 * time.Second
)

// remove deletes the shell with all that it owns, also when it was interrupted: then nobody waits until it is gone.
func (s *shellSession) remove(ctx context.Context, job *batchv1.Job) {
	wait := removalTime
	if ctx.Err() != nil {
		wait = 0
	}
	cleaning, done := context.WithTimeout(context.WithoutCancel(ctx), removalTime+requestTime)
	defer done()
	gone, err := lifecycle.RemoveJob(cleaning, s.server, job, wait)
	switch {
	case err != nil:
		fmt.Fprintf(s.p.Stderr, "warning: %v; Kubernetes ends it when nobody has been there for %s, or do it by: kubectl -n %s delete job %s\n",
			err, lifecycle.Lease, job.Namespace, job.Name)
	case !gone && wait > 0:
		fmt.Fprintf(s.p.Stderr, "note: Kubernetes is still removing the job %s\n", job.Name)
	}
}
