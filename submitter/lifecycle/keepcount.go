package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

const (
	// shortestRetry and longestRetry bound the pauses between tries of executors that were refused.
	shortestRetry = 5 * time.Second
	longestRetry  = time.Minute
)

// keep brings the number of executors by the submitter to what is wanted.
func (k *keeper) keep(ctx context.Context, driver *corev1.Pod, pods podSet) (again time.Duration, done bool, err error) {
	k.begun = true
	m := k.muster(driver, pods)
	now := time.Now()
	o := k.fleet.look(m, now)
	if o.claim > 0 && len(k.fleet.due) == 0 {
		if err := k.claim(ctx, driver, o.claim); err != nil {
			return k.failed(now, m, err), false, nil
		}
	}
	if err := k.remove(ctx, o.remove, func(name string) { k.options.Tell("the executor " + name + " is one too many: removed") }); err != nil {
		k.tellOnce(err.Error())
	}
	if len(k.fleet.due) > 0 && !now.Before(k.retry) {
		err = k.makeDue(ctx, m)
	}
	if k.options.Once {
		return 0, true, err
	}
	if len(k.fleet.due) > 0 {
		return earlier(o.again, max(time.Until(k.retry), time.Millisecond)), false, nil
	}
	return o.again, false, nil
}

func (k *keeper) muster(driver *corev1.Pod, pods podSet) muster {
	wanted, claimed, err := readNumbers(driver)
	if err != nil {
		k.tellOnce(err.Error())
		wanted, claimed = k.wanted, k.fleet.claimed
	}
	if wanted != k.wanted {
		k.options.Tell(fmt.Sprintf("%d executors are wanted now, %d were", wanted, k.wanted))
	}
	k.wanted = wanted
	return musterOf(executorsIn(pods), k.executors, wanted, claimed)
}

// claim takes new ordinals, for executors instead of lost ones. It holds only
// if nobody else changed the driver since it was seen.
func (k *keeper) claim(ctx context.Context, driver *corev1.Pod, count int) error {
	first := k.fleet.claimed
	err := writeNumbers(ctx, k.server, driver, k.wanted, first+count)
	if err != nil {
		return err
	}
	k.fleet.claimed += count
	for ordinal := first; ordinal < k.fleet.claimed; ordinal++ {
		k.fleet.due = append(k.fleet.due, ordinal)
		k.options.Tell("a lost executor is replaced by " + k.executors.Pod(ordinal).Name)
	}
	return nil
}

// makeDue makes what is due. S8: what is refused is tried again, and how many run is said.
func (k *keeper) makeDue(ctx context.Context, m muster) error {
	due := k.fleet.due
	try := k.all
	if k.pause > 0 { // refused before
		try = k.slowly
	}
	failed, err := try(ctx, due)
	now := time.Now()
	for _, ordinal := range due {
		if !slices.Contains(failed, ordinal) {
			k.fleet.coming[ordinal] = now.Add(comingTime)
		}
	}
	k.fleet.due = failed
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		if k.pause > 0 {
			k.tellOnce(fmt.Sprintf("all %d executors are there", m.wanted))
		}
		k.pause = 0
		return nil
	}
	k.failed(now, m, err)
	return fmt.Errorf("%d of %d executors were refused: %w", len(failed), m.wanted, err)
}

// failed says what went wrong, and when to try again.
func (k *keeper) failed(now time.Time, m muster, err error) time.Duration {
	if changedMeanwhile(err) {
		return time.Second
	}
	k.pause = min(max(2*k.pause, shortestRetry), longestRetry)
	k.retry = now.Add(k.pause)
	if !k.options.Once {
		k.tellOnce(fmt.Sprintf("%d of %d executors are there; others are tried again: %v", m.wanted-len(k.fleet.due), m.wanted, err))
	}
	return k.pause
}

// readNumbers are how many executors a driver is meant to have, and how many ordinals were taken for that.
func readNumbers(driver *corev1.Pod) (wanted, claimed int, err error) {
	for _, n := range []struct {
		key   string
		value *int
	}{{submitter.ExecutorsAnnotation, &wanted}, {submitter.ClaimedAnnotation, &claimed}} {
		text := driver.Annotations[n.key]
		if *n.value, err = strconv.Atoi(text); err != nil || *n.value < 0 {
			return 0, 0, fmt.Errorf("the driver's annotation %s is %q: expected a number, 0 or more", n.key, text)
		}
	}
	return wanted, claimed, nil
}
