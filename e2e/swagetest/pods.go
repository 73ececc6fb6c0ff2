package swagetest

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// Driver is a small driver pod as Spark makes them.
func Driver(name string) *corev1.Pod { return sparkPod(name, podtemplate.Driver) }

// Executor is a small executor pod. Its controller is the driver, nil: none.
func Executor(name string, driver *corev1.Pod) *corev1.Pod {
	pod := sparkPod(name, podtemplate.Executor)
	pod.Labels["spark-exec-id"] = "1"
	if driver != nil {
		pod.OwnerReferences = []metav1.OwnerReference{OwnedBy(driver)}
	}
	return pod
}

// OwnedBy is what an executor says about its driver.
func OwnedBy(driver *corev1.Pod) metav1.OwnerReference {
	return metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: driver.Name, UID: driver.UID, Controller: new(true)}
}

func sparkPod(name string, role podtemplate.Role) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			podtemplate.RoleLabel: string(role), podtemplate.AppIDLabel: "spark-0001", "spark-app-name": "test",
		}},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers: []corev1.Container{{
				Name: "spark-kubernetes-" + string(role), Image: "spark:4.1.2", Args: []string{string(role)},
			}},
		},
	}
}

// Asking makes a pod ask for templates.
func Asking(pod *corev1.Pod, templates string) *corev1.Pod {
	metav1.SetMetaDataAnnotation(&pod.ObjectMeta, podtemplate.TemplatesAnnotation, templates)
	return pod
}

// Create creates the pod and returns it as the API server stored it.
func (s *Server) Create(t testing.TB, namespace string, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	made, err := s.TryCreate(t, namespace, pod)
	if err != nil {
		t.Fatalf("create the pod: %v", err)
	}
	return made
}

// TryCreate is Create for pods that may be refused.
func (s *Server) TryCreate(t testing.TB, namespace string, pod *corev1.Pod) (*corev1.Pod, error) {
	t.Helper()
	return s.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
}

// DryRun is TryCreate without an effect.
func (s *Server) DryRun(t testing.TB, namespace string, pod *corev1.Pod) (*corev1.Pod, error) {
	t.Helper()
	return s.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}
