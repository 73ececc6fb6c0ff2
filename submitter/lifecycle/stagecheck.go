package lifecycle

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// stagingRights are those without which files cannot be put on a claim.
func stagingRights() []Right {
	return []Right{
		{Verb: "create", Group: "batch", Resource: "jobs"},
		{Verb: "delete", Group: "batch", Resource: "jobs"},
		{Verb: "list", Resource: "pods"},
		{Verb: "watch", Resource: "pods"},
		{Verb: "create", Resource: "pods/attach"},
	}
}

// CheckStaging is an error where files cannot be put on the claim of a plan, as far as that can be known before anything is created:
// rights that are missing (ErrMissingRights), a claim that is not there or cannot be written.
func CheckStaging(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) error {
	claim := objects.Staging.Claim.Name
	if err := CheckRights(ctx, server, objects.Namespace, stagingRights()...); err != nil {
		return fmt.Errorf("files cannot be put on the claim %s: %w", claim, err)
	}
	return checkClaim(ctx, server, objects.Namespace, claim)
}

// checkClaim leaves to the scheduler what whoever asks may not read.
func checkClaim(ctx context.Context, server *apiserver.Server, namespace, name string) error {
	claim := &corev1.PersistentVolumeClaim{}
	err := server.Get(ctx, apiserver.Ref{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: namespace, Name: name}, claim)
	switch {
	case apierrors.IsForbidden(err):
		return nil
	case apierrors.IsNotFound(err):
		return fmt.Errorf("there is no claim %s in namespace %s: create it, or name another by --stage-to pvc/NAME (kubectl -n %s get pvc)", name, namespace, namespace)
	case err != nil:
		return fmt.Errorf("reading the claim %s: %w", name, err)
	}
	if why := unusable(claim); why != "" {
		return fmt.Errorf("files cannot be put on the claim %s of namespace %s: %s", name, namespace, why)
	}
	return nil
}

// unusable is why nothing can be written to a claim, "" where something can. One that is not bound yet may be so by the pod that uses it.
func unusable(claim *corev1.PersistentVolumeClaim) string {
	switch {
	case claim.DeletionTimestamp != nil:
		return "it is being deleted"
	case claim.Status.Phase == corev1.ClaimLost:
		return "its volume is gone (phase Lost)"
	case claim.Spec.VolumeMode != nil && *claim.Spec.VolumeMode == corev1.PersistentVolumeBlock:
		return "it is a block device (volumeMode Block), and it takes a file system"
	}
	modes := claim.Spec.AccessModes
	if claim.Status.Phase == corev1.ClaimBound {
		modes = claim.Status.AccessModes // of the volume
	}
	for _, mode := range modes {
		if mode != corev1.ReadOnlyMany {
			return ""
		}
	}
	return "it can only be read (ReadOnlyMany)"
}

// wouldStore asks whether the API server would take the objects of a plan, but its executors. It returns the driver as it would be
// stored: where its pod goes, templates have a say.
func wouldStore(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (*corev1.Pod, error) {
	create := creator{server: server, templates: objects.Templates}
	for _, o := range append(append([]submitter.Object{}, objects.Before...), objects.Owned...) {
		if err := create.wouldTake(ctx, o, nil); err != nil {
			return nil, err
		}
	}
	if objects.Job == nil && objects.CronJob == nil {
		return create.wouldStoreDriver(ctx, objects)
	}
	root := objects.Root().DeepCopyObject().(submitter.Object)
	template := podTemplate(root)
	if err := create.shapeTemplate(ctx, root, template); err != nil {
		return nil, err
	}
	if err := refusedBefore(root, create.server.DryCreate(ctx, root, nil)); err != nil {
		return nil, err
	}
	return create.modelOf(ctx, objects.Namespace, template), nil
}

func (c creator) wouldStoreDriver(ctx context.Context, objects *submitter.Objects) (*corev1.Pod, error) {
	if len(objects.Before) > 0 { // a webhook looks for them when it sees the driver, and they are not there yet
		return objects.Driver, nil
	}
	driver := &corev1.Pod{}
	if err := c.wouldTake(ctx, objects.Driver, driver); err != nil || driver.Name != "" {
		return driver, err
	}
	return objects.Driver, nil
}

// wouldTake is an error where the API server refuses an object.
func (c creator) wouldTake(ctx context.Context, o submitter.Object, stored any) error {
	return refusedBefore(o, c.dryCreate(ctx, o, stored))
}

// refusedBefore is nil where the server does not say: a webhook that knows no dry runs makes each of them a bad request.
func refusedBefore(o submitter.Object, err error) error {
	if err == nil || apierrors.IsBadRequest(err) {
		return nil
	}
	return fmt.Errorf("the %s %s would be refused, so that no file was sent: %w", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
}

// modelOf is a driver that a controller would make, as the API server would store it: as the template says where that cannot be known.
func (c creator) modelOf(ctx context.Context, namespace string, template *corev1.PodTemplateSpec) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
	pod.APIVersion, pod.Kind, pod.Namespace, pod.GenerateName = "v1", "Pod", namespace, "stage-"
	stored := &corev1.Pod{}
	if err := c.server.DryCreate(ctx, pod, stored); err != nil {
		return pod
	}
	return stored
}
