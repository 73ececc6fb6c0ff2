package submitter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/shapehere"
)

// ShapeHere makes the server shape each pod before it creates it (S19), as the
// webhook does where there is one. A pod that the webhook would deny is not
// created; the error is an API status like the webhook's. It is called before
// the first pod is created.
func (s *Server) ShapeHere(templates *shapehere.Templates) {
	s.shaping = &shaping{templates: templates, drivers: map[types.UID]*podtemplate.DriverInfo{}}
}

// shaping is a server's templates, and what it knows of drivers.
type shaping struct {
	templates *shapehere.Templates
	mu        sync.Mutex // guards drivers
	drivers   map[types.UID]*podtemplate.DriverInfo
}

// shape is the pod to create instead of another. A webhook sees a pod after the
// API server's defaults and its own plugins: a dry run makes the same pod.
func (s *Server) shape(ctx context.Context, pod *corev1.Pod) (*corev1.Pod, error) {
	var seen json.RawMessage
	if err := s.post(ctx, pod, dryRunQuery, &seen); err != nil {
		return nil, err
	}
	driver, err := s.driverOf(ctx, pod)
	if err != nil {
		return nil, err
	}
	result, err := s.shaping.templates.Shape(seen, driver)
	if err != nil {
		return nil, fmt.Errorf("shaping the pod %s: %w", pod.Name, err)
	}
	for _, warning := range result.Warnings {
		if s.Warned != nil {
			s.Warned(warning)
		}
	}
	switch {
	case !result.Verdict.Allowed():
		return nil, denied(result.Message())
	case result.Patch() == nil:
		return pod, nil
	}
	return created(seen, result.Pod())
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
		return nil, refuse("a template states a field that this version of swage does not know: %v", err)
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

// driverOf is the driver of an executor, which templates are inherited from.
func (s *Server) driverOf(ctx context.Context, pod *corev1.Pod) (shapehere.Driver, error) {
	owner := metav1.GetControllerOf(pod)
	if podtemplate.Role(pod.Labels[podtemplate.RoleLabel]) != podtemplate.Executor || owner == nil || owner.Kind != "Pod" {
		return shapehere.Driver{}, nil
	}
	s.shaping.mu.Lock()
	info := s.shaping.drivers[owner.UID]
	s.shaping.mu.Unlock()
	if info != nil {
		return shapehere.Driver{DriverInfo: info}, nil
	}
	driver, err := s.getPod(ctx, pod.Namespace, owner.Name)
	if apierrors.IsNotFound(err) || err == nil && driver.UID != owner.UID {
		return shapehere.Driver{Missing: true}, nil
	}
	if err != nil {
		return shapehere.Driver{}, fmt.Errorf("reading the driver %s: %w", owner.Name, err)
	}
	info = driverInfo(driver)
	s.shaping.mu.Lock()
	s.shaping.drivers[owner.UID] = info
	s.shaping.mu.Unlock()
	return shapehere.Driver{DriverInfo: info}, nil
}

func driverInfo(driver *corev1.Pod) *podtemplate.DriverInfo {
	return &podtemplate.DriverInfo{Labels: driver.Labels, Annotations: driver.Annotations}
}
