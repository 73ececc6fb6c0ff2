package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// atOnce is how many executors are made at a time: enough to hide an answer's
// way, too few to be throttled for (by default an API server has 600 seats).
const atOnce = 16

// maker makes executors of a driver that exists.
type maker struct {
	creator
	executors *submitter.Executors
}

func newMaker(server *apiserver.Server, driver *corev1.Pod, executors *submitter.Executors) maker {
	return maker{creator: creator{server: server, templates: executors.Templates, driver: driver}, executors: executors}
}

func upTo(count int) []int {
	ordinals := make([]int, count)
	for i := range ordinals {
		ordinals[i] = i
	}
	return ordinals
}

// all makes executors at once. It returns those that it could not make, in the
// order given, and the first of their errors. One that fails does not keep the
// others from being made.
func (m maker) all(ctx context.Context, ordinals []int) (failed []int, err error) {
	reasons := make([]error, len(ordinals))
	var calls errgroup.Group
	calls.SetLimit(atOnce)
	for i, ordinal := range ordinals {
		calls.Go(func() error {
			reasons[i] = m.one(ctx, ordinal)
			return nil
		})
	}
	_ = calls.Wait()
	for i, reason := range reasons {
		if reason != nil {
			failed = append(failed, ordinals[i])
			err = cmp.Or(err, reason)
		}
	}
	return failed, err
}

// slowly makes executors one, two, four at a time, until one is refused: who is
// over a quota should not ask for thirty in vain each time.
func (m maker) slowly(ctx context.Context, ordinals []int) (failed []int, err error) {
	for batch := 1; len(ordinals) > 0; batch *= 2 {
		now := ordinals[:min(batch, len(ordinals))]
		ordinals = ordinals[len(now):]
		if failed, err = m.all(ctx, now); err != nil {
			return append(failed, ordinals...), err
		}
	}
	return nil, nil
}

// one makes an executor with its claims. That it is there already is no error:
// an answer may have been lost.
func (m maker) one(ctx context.Context, ordinal int) error {
	pod := m.executors.Pod(ordinal)
	pod.SetOwnerReferences(ownersOf(m.driver))
	claims := m.executors.Claims(ordinal)
	if !m.executors.OwnClaims {
		if err := m.claims(ctx, claims, m.driver); err != nil {
			return err
		}
	}
	stored := &corev1.Pod{}
	err := m.create(ctx, pod, stored)
	if apierrors.IsAlreadyExists(err) {
		stored, err = m.existing(ctx, pod, err)
	}
	if err != nil {
		return fmt.Errorf("creating the executor %s: %w", pod.Name, err)
	}
	if m.executors.OwnClaims {
		return m.claims(ctx, claims, stored)
	}
	return nil
}

// claims creates an executor's claims. Those that exist are its own from a try before.
func (m maker) claims(ctx context.Context, claims []submitter.Object, owner *corev1.Pod) error {
	for _, claim := range claims {
		claim.SetOwnerReferences(ownersOf(owner))
		if err := m.create(ctx, claim, nil); err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("creating the claim %s: %w", claim.GetName(), err)
		}
	}
	return nil
}

// errTaken says that a pod of somebody else's has an executor's name.
var errTaken = errors.New("a pod of another application has a name that an executor would get: choose another " + submitter.SettingExecutorPrefix + ", or leave it out")

// checkPrefix follows S9: a prefix that the user chose must be free. Who may not
// list pods learns it when an executor is refused.
func checkPrefix(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) error {
	if objects.ExecutorPrefix == "" {
		return nil
	}
	list, err := server.ListPods(ctx, objects.Namespace, executorsOnly)
	if apierrors.IsForbidden(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for executors: %w", err)
	}
	for i := range list.Items {
		if name := list.Items[i].Name; strings.HasPrefix(name, objects.ExecutorPrefix+submitter.ExecutorInfix) {
			return fmt.Errorf("%w: %s=%s, the pod %s", errTaken, submitter.SettingExecutorPrefix, objects.ExecutorPrefix, name)
		}
	}
	return nil
}

// existing is the pod that has a name already, if it is the very executor that was to be made.
func (m maker) existing(ctx context.Context, wanted *corev1.Pod, reason error) (*corev1.Pod, error) {
	found, err := m.server.GetPod(ctx, wanted.Namespace, wanted.Name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w (%w)", reason, err)
	case !metav1.IsControlledBy(found, m.driver) || found.Labels[podtemplate.ExecutorIDLabel] != wanted.Labels[podtemplate.ExecutorIDLabel]:
		return nil, fmt.Errorf("%w (%w)", errTaken, reason)
	}
	return found, nil
}
