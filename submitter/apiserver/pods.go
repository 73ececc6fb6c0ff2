package apiserver

import (
	"context"
	"net/url"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// GetPod reads a pod.
func (s *Server) GetPod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	return pod, s.Get(ctx, PodRef(namespace, name), pod)
}

// ListPods lists a namespace's pods with labels; "" is all of them, of all namespaces.
func (s *Server) ListPods(ctx context.Context, namespace, labels string) (*corev1.PodList, error) {
	query := url.Values{}
	if labels != "" {
		query.Set("labelSelector", labels)
	}
	list := &corev1.PodList{}
	return list, s.List(ctx, PodRef(namespace, ""), query, list)
}

// PatchPod applies a strategic merge patch, and returns what was stored.
func (s *Server) PatchPod(ctx context.Context, namespace, name string, patch any) (*corev1.Pod, error) {
	stored := &corev1.Pod{}
	return stored, s.Patch(ctx, PodRef(namespace, name), types.StrategicMergePatchType, patch, stored)
}

// DeletePod deletes the very pod with a UID, and what it owns after it.
func (s *Server) DeletePod(ctx context.Context, pod *corev1.Pod) error {
	return s.Delete(ctx, PodRef(pod.Namespace, pod.Name), metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &pod.UID}, PropagationPolicy: new(metav1.DeletePropagationBackground),
	})
}
