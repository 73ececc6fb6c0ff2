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

// KeepOptions say how executors are made and kept. The zero value is usable.
type KeepOptions struct {
	// After is how long the driver may wait for a node until executors by both
	// are left to the driver: made earlier they could take its room. Executors by
	// the submitter wait on. Default 2 s.
	After time.Duration
	// Once ends Keep when it has tried to make the executors that the application
	// began with. Default false: those by the submitter are kept until the driver ends.
	Once bool
	// Tell is told, in sentences, what a user should know. Default: nobody.
	Tell func(string)
}

const defaultAfter = 2 * time.Second

// Keep makes the executors of a driver that Apply created, once the driver has
// its node, unless Apply made them with it (Executors.Gang). Executors by both
// are the driver's own from then on, and Keep returns. Those by the submitter
// it keeps: it replaces lost ones, tries refused ones again, and follows the
// number that Scale wrote, until the driver has ended or the context has, which
// is no error. It survives the server's restarts.
func Keep(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, executors *submitter.Executors, o KeepOptions) error {
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	o.After = cmp.Or(o.After, defaultAfter)
	k := &keeper{
		maker: newMaker(server, driver, executors), options: o, pods: newLatest[podSet](),
		begin: time.Now(), begun: executors.Gang, wanted: executors.Count,
	}
	k.fleet = newFleet(executors.Count, executors.Gang, k.begin)
	if executors.Gang && (o.Once || executors.By == submitter.ByBoth) {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	var both errgroup.Group
	both.Go(func() error {
		defer k.pods.close()
		err := follow(ctx, server, k.query(), defaultPause, func(pods podSet) enough { k.pods.set(pods); return false })
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("watching the executors of %s: %w", driver.Name, err)
	})
	both.Go(func() error {
		defer stop()
		return k.run(ctx)
	})
	return both.Wait()
}

type keeper struct {
	maker
	options KeepOptions
	pods    *latest[podSet]
	begin   time.Time // of keeping
	begun   bool      // the first executors were tried
	told    string    // the last sentence about refused executors
	fleet   *fleet
	wanted  int // the last number that was understood

	retry time.Time     // refused executors are not tried before that
	pause time.Duration // the last pause before a new try
}

// query is what has to be seen: for executors by both the driver is enough.
func (k *keeper) query() query {
	if k.executors.By == submitter.ByBoth {
		return onePod(k.driver)
	}
	return podsWith(k.driver.Namespace, ofApplication(k.driver.Labels[podtemplate.AppIDLabel]))
}

// run steps whenever pods changed, or time has come.
func (k *keeper) run(ctx context.Context) error {
	timer := time.NewTimer(k.options.After)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-k.pods.changed:
			if !open {
				return nil // who follows says why
			}
		case <-timer.C:
		}
		again, done, err := k.step(ctx)
		if done || err != nil {
			return err
		}
		if again > 0 {
			timer.Reset(again)
		}
	}
}

// step does what is to be done now, and says when to look again at the latest; 0: when pods change.
func (k *keeper) step(ctx context.Context) (again time.Duration, done bool, err error) {
	pods := k.pods.get()
	if pods == nil { // the server has not answered yet
		return k.options.After, false, nil
	}
	driver := pods[k.driver.UID]
	switch {
	case driver == nil || outcomeOf(driver, submitter.SparkContainer(driver)) != nil:
		return 0, true, nil
	case !k.begun && !bound(driver):
		again, done = k.waitForNode()
		return again, done, nil
	case k.executors.By == submitter.ByBoth:
		k.makeForBoth(ctx)
		return 0, true, nil
	}
	return k.keep(ctx, driver, pods)
}

func bound(pod *corev1.Pod) bool { return pod.Spec.NodeName != "" }

// waitForNode follows S6: executors must not take the room of their own driver.
func (k *keeper) waitForNode() (again time.Duration, done bool) {
	left := k.options.After - time.Since(k.begin)
	switch {
	case left > 0:
		return left, false
	case k.executors.By == submitter.ByBoth:
		k.options.Tell(fmt.Sprintf("the driver has no node after %s: its executors are left to the driver", k.options.After))
		return 0, true
	}
	k.tellOnce("the driver has no node yet: its executors wait for that")
	return 0, false
}

// makeForBoth makes the executors that the driver will adopt. S8: those that are
// refused are left to the driver, which asks for them anyway.
func (k *keeper) makeForBoth(ctx context.Context) {
	failed, err := k.all(ctx, k.fleet.due)
	if err != nil && ctx.Err() == nil {
		k.options.Tell(fmt.Sprintf("%d of %d executors are left to the driver: %v", len(failed), k.executors.Count, err))
	}
}

// tellOnce says a sentence, unless it was the last one said.
func (k *keeper) tellOnce(sentence string) {
	if k.told != sentence && sentence != "" {
		k.options.Tell(sentence)
	}
	k.told = sentence
}

// changedMeanwhile is no failure: somebody else changed the driver, and its next state is on the way.
func changedMeanwhile(err error) bool { return apierrors.IsConflict(err) }
