package server

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// unmanaged are the fields that the server never lists.
var unmanaged = fieldpath.NewSet(
	fieldpath.MakePathOrDie("apiVersion"), fieldpath.MakePathOrDie("kind"), fieldpath.MakePathOrDie("metadata"),
	fieldpath.MakePathOrDie("metadata", "name"), fieldpath.MakePathOrDie("metadata", "namespace"),
	fieldpath.MakePathOrDie("metadata", "creationTimestamp"), fieldpath.MakePathOrDie("status"),
)

// manage writes managedFields as the server does for a create: all that was
// decoded and defaulted belongs to the client.
func (s *Server) manage(pod *core.Pod) error {
	stated := &corev1.Pod{}
	if err := s.scheme.Convert(pod, stated, nil); err != nil {
		return fmt.Errorf("convert the pod: %w", err)
	}
	stated.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod"))
	typed, err := s.types.ObjectToTyped(stated)
	if err != nil {
		return fmt.Errorf("read the pod's fields: %w", err)
	}
	set, err := typed.ToFieldSet()
	if err != nil {
		return fmt.Errorf("list the pod's fields: %w", err)
	}
	text, err := set.Difference(unmanaged).ToJSON()
	if err != nil {
		return err
	}
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "spark", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1",
		FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(string(text)),
	}}
	return nil
}
