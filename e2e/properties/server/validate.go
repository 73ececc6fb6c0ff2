package server

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// Validate says what the server would refuse in a new pod, after it took away
// what is behind a feature gate that is off.
func (s *Server) Validate(raw []byte) (field.ErrorList, error) {
	pod, err := s.decode(raw)
	if err != nil {
		return nil, err
	}
	if pod.Name == "" {
		pod.Name = "named-by-the-server"
	}
	podutil.DropDisabledPodFields(pod, nil)
	opts := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, nil, &pod.ObjectMeta, nil)
	opts.ResourceIsPod = true
	return validation.ValidatePodCreate(pod, opts), nil
}
