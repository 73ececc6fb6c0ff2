package lifecycle

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/shapehere"
)

// creator creates objects. Where it has templates it shapes each pod before
// (S19), as the webhook does where there is one: a pod that the webhook would
// deny is not created, and the error is an API status like the webhook's.
type creator struct {
	server    *apiserver.Server
	templates *shapehere.Templates // nil: nobody shapes, or the webhook does
	driver    *corev1.Pod          // of executors, which inherit its templates; nil before there is one
}

// create creates an object, and reads what was stored into another unless that is nil.
func (c creator) create(ctx context.Context, object submitter.Object, stored any) error {
	shaped, err := c.shaped(ctx, object)
	if err != nil {
		return err
	}
	return c.server.Create(ctx, shaped, stored)
}

// dryCreate reads what creating an object would store.
func (c creator) dryCreate(ctx context.Context, object submitter.Object, stored any) error {
	shaped, err := c.shaped(ctx, object)
	if err != nil {
		return err
	}
	return c.server.DryCreate(ctx, shaped, stored)
}

// shaped is the object to create instead of another. A webhook sees a pod after
// the API server's defaults and its own plugins: a dry run makes the same pod.
func (c creator) shaped(ctx context.Context, object submitter.Object) (submitter.Object, error) {
	pod, isPod := object.(*corev1.Pod)
	if !isPod || c.templates == nil {
		return object, nil
	}
	var seen json.RawMessage
	if err := c.server.DryCreate(ctx, pod, &seen); err != nil {
		return nil, err
	}
	result, err := c.templates.Shape(seen, c.driverOf(pod))
	if err != nil {
		return nil, fmt.Errorf("shaping the pod %s: %w", pod.Name, err)
	}
	for _, warning := range result.Warnings {
		c.server.Warn(warning)
	}
	switch {
	case !result.Verdict.Allowed():
		return nil, denied(result.Message())
	case result.Patch() == nil:
		return pod, nil
	}
	return created(seen, result.Pod())
}

// shapeTemplate shapes the pod template of a Job or a CronJob, whose controller
// creates the pods. What it makes of the template is the same for each of them,
// but for their names and what Kubernetes counts, on which no template can depend.
func (c creator) shapeTemplate(ctx context.Context, owner submitter.Object, template *corev1.PodTemplateSpec) error {
	if c.templates == nil {
		return nil
	}
	pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
	pod.Namespace, pod.GenerateName = owner.GetNamespace(), owner.GetName()+"-"
	pod.Labels[batchv1.JobNameLabel] = owner.GetName() // the controller's, which a template may select by
	shaped, err := c.shaped(ctx, pod)
	if err != nil {
		return err
	}
	made := shaped.(*corev1.Pod)
	delete(made.Labels, batchv1.JobNameLabel)
	template.Labels, template.Annotations, template.Spec = made.Labels, made.Annotations, made.Spec
	return nil
}

// shapeTemplateOf does so where an object is a Job or a CronJob.
func (c creator) shapeTemplateOf(ctx context.Context, o submitter.Object) error {
	switch o.(type) {
	case *batchv1.Job, *batchv1.CronJob:
		return c.shapeTemplate(ctx, o, podTemplate(o))
	}
	return nil
}

// driverOf is the driver that an executor inherits templates from.
func (c creator) driverOf(pod *corev1.Pod) shapehere.Driver {
	if c.driver == nil || !isExecutor(pod) {
		return shapehere.Driver{}
	}
	return shapehere.Driver{DriverInfo: &podtemplate.DriverInfo{Labels: c.driver.Labels, Annotations: c.driver.Annotations}}
}

// denied is what the API server answers where the webhook denies.
func denied(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: "the templates deny it: " + message,
	}}
}

// created is a shaped pod without what only the API server writes. A field that
// this program does not know would be lost: one that a template wants is
// refused, one of the API server's own comes back by itself.
func created(seen, shaped []byte) (*corev1.Pod, error) {
	if err := known(shaped); err != nil && known(seen) == nil {
		return nil, submitter.Refuse("a template states a field that this version of swage does not know: %v", err)
	}
	pod := &corev1.Pod{}
	if err := json.Unmarshal(shaped, pod); err != nil {
		return nil, fmt.Errorf("the shaped pod is not understood: %w", err)
	}
	meta := &pod.ObjectMeta
	meta.UID, meta.ResourceVersion, meta.Generation, meta.CreationTimestamp, meta.ManagedFields = "", "", 0, metav1.Time{}, nil
	pod.Status = corev1.PodStatus{}
	return pod, nil
}

// known fails for a field that this program does not know.
func known(pod []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(pod))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&corev1.Pod{})
}
