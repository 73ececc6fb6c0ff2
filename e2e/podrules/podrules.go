// Package podrules is what the API server does to a pod, in the test's process:
// the very decoding, defaulting and validation code of Kubernetes, without a
// server. It makes ten thousand random pods affordable.
//
// Admission plugins are not in it: no token volume, no tolerations, no priority.
package podrules

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	k8sv1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// Default is what a mutating webhook is sent for a pod that a client sends as
// raw: decoded, so without unknown fields, and with every default of the API.
func Default(raw []byte) ([]byte, error) {
	pod := &corev1.Pod{}
	if err := json.Unmarshal(raw, pod); err != nil {
		return nil, fmt.Errorf("decode the pod: %w", err)
	}
	DefaultPod(pod)
	return json.Marshal(pod)
}

// DefaultPod fills in every default of the API.
func DefaultPod(pod *corev1.Pod) { k8sv1.SetObjectDefaults_Pod(pod) }

// Validate says what the API server would refuse in a new pod, defaulted before.
// A pod with generateName needs a name here: the server makes one first.
func Validate(pod *corev1.Pod) (field.ErrorList, error) {
	scheme := runtime.NewScheme()
	if err := k8sv1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	internal := &core.Pod{}
	if err := scheme.Convert(pod, internal, nil); err != nil {
		return nil, fmt.Errorf("convert the pod: %w", err)
	}
	return validation.ValidatePodCreate(internal, options(internal)), nil
}

// options are those of the server's own strategy for new pods.
func options(pod *core.Pod) validation.PodValidationOptions {
	opts := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, nil, &pod.ObjectMeta, nil)
	opts.ResourceIsPod = true
	return opts
}
