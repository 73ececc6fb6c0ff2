package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// Gate is the scheduling gate that holds a driver back until all that it needs exists.
const Gate = podtemplate.Domain + "submit"

// cleanUpTime is how long taking back a failed submission may take.
const cleanUpTime = 10 * time.Second

// Apply creates the objects of a plan: first the driver, which a gate keeps from
// running, then all that it owns, then it lifts the gate. Executors are not
// among them, unless they are a gang: Keep makes them. Whenever it is
// killed, nothing is left without an owner: at worst a driver that never runs.
// (Objects.Before come first of all: one of them alone may be left, unused.)
// When it fails before the gate is lifted it deletes the driver, and what it
// owns goes with it. It returns the driver as stored.
func Apply(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (*corev1.Pod, error) {
	create := creator{server: server, templates: objects.Templates}
	wanted := objects.Driver.DeepCopy()
	wanted.Spec.SchedulingGates = append(wanted.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: Gate})
	if err := checkPrefix(ctx, server, objects); err != nil {
		return nil, err
	}
	if err := createBefore(ctx, server, objects.Before); err != nil {
		return nil, err
	}
	driver, err := createDriver(ctx, create, wanted)
	if err != nil {
		return nil, dropBefore(ctx, server, objects.Before, err)
	}
	err = createBeside(ctx, server, driver, objects)
	if err == nil {
		err = ownBefore(ctx, server, ownersOf(driver), objects.Before)
	}
	var started *corev1.Pod
	if err == nil {
		started, err = liftGate(ctx, server, driver)
	}
	if err != nil {
		return nil, takeBack(ctx, server, apiserver.RefTo(wanted), driver.UID, dropBefore(ctx, server, objects.Before, err))
	}
	return started, nil
}

// createDriver creates the driver. An answer that got lost says neither yes nor
// no: then the pod is looked for.
func createDriver(ctx context.Context, creator creator, wanted *corev1.Pod) (*corev1.Pod, error) {
	stored := &corev1.Pod{}
	err := creator.create(ctx, wanted, stored)
	switch {
	case err == nil:
		return stored, nil
	case apierrors.IsAlreadyExists(err):
		return nil, fmt.Errorf("the pod %s exists already in namespace %s: delete it, or let Swage choose a name by leaving out %s: %w",
			wanted.Name, wanted.Namespace, submitter.SettingDriverPod, err)
	case decided(err):
		return nil, fmt.Errorf("creating the driver %s: %w", wanted.Name, err)
	}
	err = fmt.Errorf("creating the driver %s: %w", wanted.Name, err)
	cleaning, done := cleanUp(ctx)
	defer done()
	found, lost := creator.server.GetPod(cleaning, wanted.Namespace, wanted.Name)
	if lost == nil && found.Labels[podtemplate.AppIDLabel] == wanted.Labels[podtemplate.AppIDLabel] {
		return nil, takeBack(ctx, creator.server, apiserver.RefTo(wanted), found.UID, err)
	}
	return nil, err
}

// createBeside creates what the driver owns, executors too where they begin
// with it.
func createBeside(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, objects *submitter.Objects) error {
	owned := objects.Owned
	e := objects.Executors
	if e != nil && e.Gang {
		// The webhook denies executors that ask for templates that are not there.
		var templates []submitter.Object
		templates, owned = templatesFirst(owned)
		if err := createOwned(ctx, server, ownersOf(driver), templates); err != nil {
			return err
		}
	}
	// One that fails does not cancel the others: a call that is cut off may
	// still take effect, after the driver was deleted.
	var both errgroup.Group
	both.Go(func() error { return createOwned(ctx, server, ownersOf(driver), owned) })
	if e != nil && e.Gang {
		both.Go(func() error {
			_, err := newMaker(server, driver, e).all(ctx, upTo(e.Count))
			return err
		})
	}
	return both.Wait()
}

// templatesFirst parts templates of pods from other objects.
func templatesFirst(all []submitter.Object) (templates, others []submitter.Object) {
	for _, o := range all {
		if _, is := o.GetLabels()[podtemplate.TemplateLabel]; is {
			templates = append(templates, o)
		} else {
			others = append(others, o)
		}
	}
	return templates, others
}

// createOwned creates objects that have an owner from the beginning, all at once.
func createOwned(ctx context.Context, server *apiserver.Server, owners []metav1.OwnerReference, objects []submitter.Object) error {
	var all errgroup.Group
	for _, o := range objects {
		object := o.DeepCopyObject().(submitter.Object)
		object.SetOwnerReferences(owners)
		all.Go(func() error {
			if err := server.Create(ctx, object, nil); err != nil {
				return fmt.Errorf("creating the %s %s: %w", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
			}
			return nil
		})
	}
	return all.Wait()
}

// liftGate lets the driver run. Other gates stay. A server that knows no gates
// has dropped it, and there is nothing to lift.
func liftGate(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) (*corev1.Pod, error) {
	if !isGated(driver) {
		return driver, nil
	}
	patch := map[string]any{
		"metadata": map[string]any{"uid": driver.UID},
		"spec":     map[string]any{"schedulingGates": []any{map[string]any{"$patch": "delete", "name": Gate}}},
	}
	started, err := server.PatchPod(ctx, driver.Namespace, driver.Name, patch)
	if err != nil {
		return nil, fmt.Errorf("starting the driver %s: %w", driver.Name, err)
	}
	return started, nil
}

// isGated tells a driver whose submission has not ended.
func isGated(driver *corev1.Pod) bool {
	return slices.ContainsFunc(driver.Spec.SchedulingGates, func(g corev1.PodSchedulingGate) bool { return g.Name == Gate })
}

// TakeBack deletes a driver, and with it what it owns, also when the context has
// ended. It returns the reason, with what is left where deleting failed too.
func TakeBack(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, reason error) error {
	return takeBack(ctx, server, apiserver.PodRef(driver.Namespace, driver.Name), driver.UID, reason)
}

// takeBack deletes what owns all else, also when the submission was cancelled,
// and returns the reason, with what is left where deleting failed too.
func takeBack(ctx context.Context, server *apiserver.Server, root apiserver.Ref, uid types.UID, reason error) error {
	cleaning, done := cleanUp(ctx)
	defer done()
	if err := server.Delete(cleaning, root, deletion(uid, metav1.DeletePropagationBackground, nil)); err != nil && !apierrors.IsNotFound(err) {
		kind := strings.ToLower(root.Kind)
		return fmt.Errorf("%w; the %s is left behind, delete it by: kubectl -n %s delete %s %s (%w)", reason, kind, root.Namespace, kind, root.Name, err)
	}
	return reason
}

func cleanUp(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
}
