package survey

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/apiserver"
)

// forged is what no server lets stand: it overwrites the annotation, or removes it (R27).
const forged = "doctor"

// answer creates a Spark pod by dry run, and looks whether the server was asked about it.
func (s *surveyor) answer(ctx context.Context, in *doctor.Installation) (read doctor.Read[doctor.Answer]) {
	if s.facts.Namespaces.Err != nil {
		read.Err = s.facts.Namespaces.Err
		return read
	}
	namespace := in.ProbeNamespace(s.facts, s.Namespace)
	if namespace == "" {
		return read
	}
	right := doctor.Right{Verb: "create", Resource: "pods", Namespace: namespace}
	if err := s.mayI(ctx, right); err != nil {
		read.Err = err
		return read
	}
	read.Value.Namespace = namespace
	quiet := *s.Server
	quiet.Warned = nil // about the templates of pods that nobody creates
	made := &corev1.Pod{}
	err := quiet.DryCreate(ctx, probe(namespace), made)
	status := apierrors.APIStatus(nil)
	switch {
	case errors.As(err, &status):
		read.Value.Code, read.Value.Refusal = status.Status().Code, status.Status().Message
	case err != nil:
		read.Err = err
	default:
		read.Value.Passed = made.Annotations[podtemplate.ShapedAnnotation] == forged
	}
	return read
}

// probe is a driver that the strictest Pod Security Standard, quotas and limits let pass.
func probe(namespace string) apiserver.Object {
	little := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("128Mi")}
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, GenerateName: "swage-doctor-",
			Labels:      map[string]string{podtemplate.RoleLabel: string(podtemplate.Driver), podtemplate.AppIDLabel: "swage-doctor", podtemplate.AppNameLabel: "swage-doctor"},
			Annotations: map[string]string{podtemplate.ShapedAnnotation: forged},
		},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: new(int64(185)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
			Containers: []corev1.Container{{
				Name: "spark-kubernetes-driver", Image: "spark", Args: []string{"driver"},
				Resources:       corev1.ResourceRequirements{Requests: little, Limits: little},
				SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			}},
		},
	}
}
