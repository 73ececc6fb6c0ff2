package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// ErrNotScalable is wrapped by the error about an application whose executors are not Swage's to make.
var ErrNotScalable = errors.New("it cannot be scaled")

// MostExecutors is more than any cluster has pods, and keeps ids within Spark's
// numbers: it counts them in 32 bits.
const MostExecutors = 200_000

// Scaled is what Scale did.
type Scaled struct {
	// Before is how many executors were wanted, Wanted how many are now.
	Before, Wanted int
	// Made and Removed are the pods' names.
	Made, Removed []string
}

// Scale sets how many executors an application has, where the submitter makes
// them (S18): it writes the number to the driver, which a waiting swage follows
// from then on, and makes or removes executors. The driver is as it was read. Errors
// wrap ErrNotScalable or are the server's; executors that it refused are said
// with what was done.
func Scale(ctx context.Context, server *apiserver.Server, app *Pods, wanted int) (*Scaled, error) {
	if wanted < 0 || wanted > MostExecutors {
		return nil, submitter.Refuse("%d executors: expected 0 to %d", wanted, MostExecutors)
	}
	if err := scalable(app); err != nil {
		return nil, err
	}
	driver := app.Driver
	executors, err := recorded(ctx, server, driver)
	if err != nil {
		return nil, err
	}
	const tries = 5
	for try := 1; ; try++ {
		scaled, err := scaleOnce(ctx, newMaker(server, driver, executors), wanted)
		if !changedMeanwhile(err) || try == tries {
			return scaled, err
		}
		if driver, err = server.GetPod(ctx, driver.Namespace, driver.Name); err != nil {
			return nil, fmt.Errorf("reading the driver: %w", err)
		}
	}
}

// scalable tells applications whose executors Swage makes, and that run or will.
func scalable(app *Pods) error {
	driver := app.Driver
	switch {
	case app.Job != nil:
		return fmt.Errorf("%s: %w: a Job runs its drivers, which make the executors. Let them change their number themselves, by %s=true",
			app.Word(), ErrNotScalable, submitter.SettingDynamicAllocation)
	case driver == nil:
		return fmt.Errorf("%w: its driver is no pod of Spark's, which makes its executors itself", ErrNotScalable)
	case driver.Annotations[submitter.ExecutorsAnnotation] == "":
		return fmt.Errorf("%s: %w: its driver makes the executors. Let it change their number itself, by %s=true, or submit with --executors-by submitter",
			driver.Name, ErrNotScalable, submitter.SettingDynamicAllocation)
	case outcomeOf(driver, submitter.SparkContainer(driver)) != nil || driver.DeletionTimestamp != nil:
		return fmt.Errorf("%s: %w: it has ended", driver.Name, ErrNotScalable)
	case isGated(driver):
		return fmt.Errorf("%s: %w: its submission was cut off, so that it will never run: swage kill %s, and submit again", driver.Name, ErrNotScalable, driver.Name)
	}
	return nil
}

// scaleOnce works from what there is now. It fails with a conflict when
// somebody else changed the driver.
func scaleOnce(ctx context.Context, m maker, wanted int) (*Scaled, error) {
	before, claimed, err := readNumbers(m.driver)
	if err != nil {
		return nil, err
	}
	list, err := m.server.ListPods(ctx, m.driver.Namespace, ofApplication(m.driver.Labels[podtemplate.AppIDLabel]))
	if err != nil {
		return nil, fmt.Errorf("listing the executors of %s: %w", m.driver.Name, err)
	}
	there := musterOf(executorsIn(setOf(list.Items)), m.executors, wanted, claimed)
	missing := max(0, wanted-len(there.alive))
	// Both numbers at once: whoever sees the new count sees that these executors are on their way.
	if err := writeNumbers(ctx, m.server, m.driver, wanted, claimed+missing); err != nil {
		return nil, err
	}
	scaled := &Scaled{Before: before, Wanted: wanted}
	if err := m.remove(ctx, superfluous(there.alive, max(0, len(there.alive)-wanted)), func(name string) { scaled.Removed = append(scaled.Removed, name) }); err != nil {
		return scaled, err
	}
	failed, err := m.slowly(ctx, upTo(claimed + missing)[claimed:])
	for ordinal := claimed; ordinal < claimed+missing; ordinal++ {
		if !slices.Contains(failed, ordinal) {
			scaled.Made = append(scaled.Made, m.executors.Pod(ordinal).Name)
		}
	}
	if err != nil {
		return scaled, fmt.Errorf("%d of %d new executors were refused, and a swage that waits for the application tries them again: %w", len(failed), missing, err)
	}
	return scaled, nil
}

// remove deletes executors. One that is gone already is no matter.
func (m maker) remove(ctx context.Context, pods []*corev1.Pod, removed func(name string)) error {
	for _, pod := range pods {
		err := m.server.DeletePod(ctx, pod)
		switch {
		case err == nil:
			removed(pod.Name)
		case !apierrors.IsNotFound(err) && !apierrors.IsConflict(err):
			return fmt.Errorf("removing the executor %s: %w", pod.Name, err)
		}
	}
	return nil
}
