package lifecycle

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// WaitOptions say how to wait. The zero value is usable. What it names is called
// by one goroutine, before Wait returns.
type WaitOptions struct {
	// Container is the name of the driver's Spark container. Default: found as in any driver.
	Container string
	// Changed is told of each state of the pods that is seen. Default: nobody.
	Changed func(Pods)
	// Trouble is told, once a kind and role, why something does not start. Waiting
	// goes on: it may be mended, or pass. Default: nobody.
	Trouble func(Trouble)
	// Ended is told, once each, of attempts of a Job that have ended, such as
	// "attempt 1 of 3". Default: nobody.
	Ended func(attempt string, outcome *Outcome)
	// Pause is how long to wait before a new try when a watch ended; while the
	// server does not answer it doubles, up to 30 times itself. Default 1 s.
	Pause time.Duration
}

// Wait waits until a driver has ended. It survives the server's restarts and the end of watches. Errors are those of
// the context, and refusals by the server such as a forbidden read.
func Wait(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, o WaitOptions) (*Outcome, error) {
	d := &driverWaiting{
		waiting: newWaiting(server), driver: driver, container: cmp.Or(o.Container, submitter.SparkContainer(driver)),
	}
	return d.await(ctx, o, "the driver "+driver.Name, d.follow)
}

// waiting has two sides: one follows the objects, the other tells what is seen
// of them, so that callbacks come from one goroutine.
type waiting struct {
	server *apiserver.Server
	states chan Pods
	seen   func(context.Context, Pods) // before Changed; nil: nothing

	// Of the following side:
	losses  losses
	outcome *Outcome
}

func newWaiting(server *apiserver.Server) waiting {
	return waiting{server: server, losses: losses{}, states: make(chan Pods)}
}

// await waits until following has found how it ended.
func (w *waiting) await(ctx context.Context, o WaitOptions, what string, follow func(context.Context, time.Duration) error) (*Outcome, error) {
	ctx, stop := context.WithCancelCause(ctx)
	var following errgroup.Group
	following.Go(func() error {
		defer close(w.states)
		return follow(ctx, cmp.Or(o.Pause, defaultPause))
	})
	w.tell(ctx, o)
	err := following.Wait()
	switch cause := context.Cause(ctx); {
	case cause != nil:
		err = cause
	case err != nil:
		err = fmt.Errorf("watching %s: %w", what, err)
	}
	stop(nil)
	if err != nil {
		return nil, err
	}
	w.outcome.Lost = w.losses.counted()
	return w.outcome, nil
}

// show has a state told.
func (w *waiting) show(ctx context.Context, app Pods) {
	for _, pod := range app.Executors {
		w.losses.see(pod)
	}
	select {
	case w.states <- app:
	case <-ctx.Done():
	}
}

// driverWaiting waits for one driver.
type driverWaiting struct {
	waiting
	driver    *corev1.Pod
	container string
	last      *corev1.Pod // the driver as it was last seen
}

func (w *driverWaiting) follow(ctx context.Context, pause time.Duration) error {
	alone := onePod(w.driver)
	query := alone
	if id := w.driver.Labels[podtemplate.AppIDLabel]; id != "" {
		query = podsWith(w.driver.Namespace, ofApplication(id))
	}
	see := func(pods podSet) enough { return w.see(ctx, pods) }
	err := follow(ctx, w.server, query, pause, see)
	if apierrors.IsForbidden(err) && query != alone && w.last == nil { // who may not list may get
		err = follow(ctx, w.server, alone, pause, see)
	}
	return err
}

func (w *driverWaiting) see(ctx context.Context, pods podSet) enough {
	driver := pods[w.driver.UID]
	if driver == nil { // also when another pod took its name
		w.outcome = gone(w.last)
		return true
	}
	w.last = driver
	w.outcome = outcomeOf(driver, w.container)
	w.show(ctx, Pods{Driver: driver, Executors: executorsIn(pods)})
	return w.outcome != nil
}

// tell tells what is seen until there is nothing more to see.
func (w *waiting) tell(ctx context.Context, o WaitOptions) {
	d := newDiagnosis(w.server, o.Trouble)
	tick := time.NewTicker(diagnosisEvery)
	defer tick.Stop()
	for {
		select {
		case app, open := <-w.states:
			if !open {
				return
			}
			d.app = app
			if w.seen != nil {
				w.seen(ctx, app)
			}
			if o.Changed != nil {
				o.Changed(app)
			}
		case <-tick.C:
			d.look(ctx)
		}
	}
}
