package lifecycle

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// createBefore creates what must exist when the driver is created. Killed until
// the driver is there, these are all that is left: no pod refers to them.
func createBefore(ctx context.Context, server *apiserver.Server, before []submitter.Object) error {
	for i, o := range before {
		err := server.Create(ctx, o, nil)
		if err == nil {
			continue
		}
		kind := o.GetObjectKind().GroupVersionKind()
		err = fmt.Errorf("creating the %s %s: %w", kind.Kind, o.GetName(), err)
		if unknownKind(err) {
			return fmt.Errorf("%w: this cluster knows no %s of %s", err, kind.Kind, kind.Group)
		}
		return dropBefore(ctx, server, before[:i+1], err)
	}
	return nil
}

// unknownKind tells a path that the API server does not have from an object, or
// a namespace, that is not there.
func unknownKind(err error) bool {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details == nil || details.Name == ""
}

// ownBefore gives them to the driver, or whoever makes it.
func ownBefore(ctx context.Context, server *apiserver.Server, owners []metav1.OwnerReference, before []submitter.Object) error {
	for _, o := range before {
		patch := map[string]any{"metadata": map[string]any{"ownerReferences": owners}}
		if err := server.Patch(ctx, apiserver.RefTo(o), types.MergePatchType, patch, nil); err != nil {
			return fmt.Errorf("giving the %s %s to its owner: %w", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
		}
	}
	return nil
}

// dropBefore deletes them, also when the submission was cancelled, and returns
// the reason, with what is left where deleting failed too.
func dropBefore(ctx context.Context, server *apiserver.Server, before []submitter.Object, reason error) error {
	cleaning, done := cleanUp(ctx)
	defer done()
	for _, o := range before {
		err := server.Delete(cleaning, apiserver.RefTo(o), metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			kind := o.GetObjectKind().GroupVersionKind()
			reason = fmt.Errorf("%w; left behind, delete it by: kubectl -n %s delete %s.%s %s (%w)", reason, o.GetNamespace(), apiserver.Resource(kind.Kind), kind.Group, o.GetName(), err)
		}
	}
	return reason
}

func ownersOf(pod *corev1.Pod) []metav1.OwnerReference {
	return owners(apiserver.PodRef(pod.Namespace, pod.Name), pod.UID)
}

func owners(ref apiserver.Ref, uid types.UID) []metav1.OwnerReference {
	return []metav1.OwnerReference{{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: uid, Controller: new(true)}}
}
