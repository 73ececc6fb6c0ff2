package submit_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pods of any client: nothing in them is Swage's.

func podOf(role, name, id string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"spark-role": role, "spark-app-selector": id, "spark-app-name": "pi"}},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "spark-kubernetes-" + role, Image: "spark:4.1.2", Args: []string{role}}},
		},
	}
}

// driverOf makes a driver with a status; "" leaves it as the server makes it.
func driverOf(t *testing.T, namespace, name, id string, edit func(*corev1.Pod)) *corev1.Pod {
	t.Helper()
	return stored(t, namespace, podOf("driver", name, id), edit)
}

// executorOf makes an executor as Spark does: the driver owns it.
func executorOf(t *testing.T, driver *corev1.Pod, name, number string, edit func(*corev1.Pod)) *corev1.Pod {
	t.Helper()
	pod := podOf("executor", name, driver.Labels["spark-app-selector"])
	pod.Labels["spark-exec-id"] = number
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: driver.Name, UID: driver.UID, Controller: new(true)}}
	return stored(t, driver.Namespace, pod, edit)
}

func stored(t *testing.T, namespace string, pod *corev1.Pod, edit func(*corev1.Pod)) *corev1.Pod {
	t.Helper()
	pods := server.Client().CoreV1().Pods(namespace)
	made, err := pods.Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if edit == nil {
		return made
	}
	edit(made)
	made, err = pods.UpdateStatus(t.Context(), made, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func runs(pod *corev1.Pod) {
	pod.Status.Phase = corev1.PodRunning
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: pod.Spec.Containers[0].Name, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
}

func ended(code int32, reason string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Phase = corev1.PodFailed
		if code == 0 {
			pod.Status.Phase = corev1.PodSucceeded
		}
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: pod.Spec.Containers[0].Name, State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason}},
		}}
	}
}

func unschedulable(pod *corev1.Pod) {
	pod.Status.Conditions = []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: "0/1 nodes are available: 1 Insufficient cpu.",
	}}
}
