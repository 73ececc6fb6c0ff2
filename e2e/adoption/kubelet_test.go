//go:build node

package adoption_test

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// playNode binds each pod of a namespace and says that it runs, until the test
// ends; and it ends those that are deleted as a kubelet does: first a pod has
// failed, then it is gone. (Spark takes one that is being deleted for running.)
func playNode(t *testing.T, namespace string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	pods := server.Client().CoreV1().Pods(namespace)
	events, err := pods.Watch(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event := range events.ResultChan() {
			if pod, ok := event.Object.(*corev1.Pod); ok && event.Type != watch.Deleted {
				// Of one that changed meanwhile, or is gone, there is another event.
				if err := playPod(ctx, pods, pod); err != nil && ctx.Err() == nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
					t.Errorf("playing the node of %s: %v", pod.Name, err)
				}
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done })
}

func playPod(ctx context.Context, pods typedcorev1.PodInterface, pod *corev1.Pod) error {
	switch {
	case pod.DeletionTimestamp != nil && pod.Status.Phase == corev1.PodRunning:
		return failed(ctx, pods, pod, 143)
	case pod.DeletionTimestamp != nil:
		return pods.Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))})
	case len(pod.Spec.SchedulingGates) > 0:
		return nil
	case pod.Spec.NodeName == "":
		binding := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: pod.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: "node"}}
		return pods.Bind(ctx, binding, metav1.CreateOptions{})
	case pod.Status.Phase == corev1.PodPending:
		return runs(ctx, pods, pod)
	}
	return nil
}

func runs(ctx context.Context, pods typedcorev1.PodInterface, pod *corev1.Pod) error {
	pod.Status.Phase, pod.Status.PodIP, pod.Status.PodIPs = corev1.PodRunning, "127.0.0.1", []corev1.PodIP{{IP: "127.0.0.1"}}
	pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue})
	return setState(ctx, pods, pod, corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})
}

func failed(ctx context.Context, pods typedcorev1.PodInterface, pod *corev1.Pod, code int32) error {
	pod.Status.Phase = corev1.PodFailed
	return setState(ctx, pods, pod, corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code}})
}

func setState(ctx context.Context, pods typedcorev1.PodInterface, pod *corev1.Pod, state corev1.ContainerState) error {
	containers := pod.Spec.Containers
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: containers[len(containers)-1].Name, State: state}}
	_, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}
