package lifecycle

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// AwaitStart waits until a pod's Spark container has started, or never will, so that there is a log. why is told, once
// each, what it waits for.
func AwaitStart(ctx context.Context, server *apiserver.Server, pod *corev1.Pod, why func(string)) error {
	last, spark := "", submitter.SparkContainer(pod)
	err := follow(ctx, server, onePod(pod), defaultPause, func(pods podSet) enough {
		now := pods[pod.UID]
		if now == nil || now.Status.Phase != corev1.PodPending && now.Status.Phase != "" {
			return true
		}
		if trouble := troubleOf(now); trouble != nil && trouble.Message != last {
			last = trouble.Message
			why(last)
		}
		return enough(containerStarted(now, spark))
	})
	if err != nil {
		return fmt.Errorf("waiting for the start of %s: %w", pod.Name, err)
	}
	return nil
}

func containerStarted(pod *corev1.Pod, container string) bool {
	for _, status := range pod.Status.ContainerStatuses {
		if status.Name == container && (status.State.Running != nil || status.State.Terminated != nil) {
			return true
		}
	}
	return false
}
