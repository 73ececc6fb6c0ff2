package submitter

import (
	corev1 "k8s.io/api/core/v1"
)

// NoExitCode is the exit code of a driver whose Spark container has none: it
// was deleted, evicted, lost with its node, or never started.
const NoExitCode = 125

// Outcome is how a driver ended.
type Outcome struct {
	// ExitCode is the Spark container's, or NoExitCode.
	ExitCode int
	// Reason says more, in words: why there is no exit code, or what ended the
	// container, such as OOMKilled. "" where there is nothing to say.
	Reason string
}

func deleted() *Outcome {
	return &Outcome{ExitCode: NoExitCode, Reason: "the driver was deleted"}
}

// outcomeOf is how a pod ended, nil while it has not. It ends with its Spark
// container, also where sidecars go on.
func outcomeOf(pod *corev1.Pod, container string) *Outcome {
	for _, status := range pod.Status.ContainerStatuses {
		if ended := status.State.Terminated; ended != nil && status.Name == container {
			outcome := &Outcome{ExitCode: int(ended.ExitCode)}
			if ended.ExitCode != 0 && ended.Reason != "Error" {
				outcome.Reason = ended.Reason
			}
			return outcome
		}
	}
	switch pod.Status.Phase {
	case corev1.PodSucceeded:
		return &Outcome{}
	case corev1.PodFailed:
		return &Outcome{ExitCode: NoExitCode, Reason: whyFailed(&pod.Status)}
	}
	return nil
}

func whyFailed(status *corev1.PodStatus) string {
	switch {
	case status.Reason == "" && status.Message == "":
		return "the driver failed before Spark ran"
	case status.Message == "":
		return status.Reason
	case status.Reason == "":
		return status.Message
	}
	return status.Reason + ": " + status.Message
}
