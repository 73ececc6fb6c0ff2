package lifecycle

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// NoExitCode is the exit code of a driver whose Spark container has none of its
// own: it was deleted, evicted, lost with its node, or never started.
const NoExitCode = 125

// Outcome is how a driver ended.
type Outcome struct {
	// ExitCode is the Spark container's, or NoExitCode.
	ExitCode int
	// Reason says more, in words: why there is no exit code, or what ended the
	// container, such as OOMKilled. "" where there is nothing to say.
	Reason string
	// Lost are the executors that were seen to fail, by reason.
	Lost []Loss
}

// String is an outcome in some words.
func (o *Outcome) String() string {
	switch {
	case o.ExitCode == NoExitCode && o.Reason != "":
		return o.Reason
	case o.Reason != "":
		return fmt.Sprintf("exit code %d, %s", o.ExitCode, o.Reason)
	}
	return fmt.Sprintf("exit code %d", o.ExitCode)
}

// Loss is how many executors failed for one reason.
type Loss struct {
	Reason string
	Count  int
}

// gone is the outcome of a driver that is no more, as it was last seen, nil if it never was.
func gone(last *corev1.Pod) *Outcome {
	reason := "the driver was deleted"
	if why := disruption(last); why != "" {
		reason += ": " + why
	}
	return &Outcome{ExitCode: NoExitCode, Reason: reason}
}

// outcomeOf is how a pod ended, nil while it has not. It ends with its Spark
// container, also where sidecars go on. What a container says when somebody
// takes its pod away is not its own exit code.
func outcomeOf(pod *corev1.Pod, container string) *Outcome {
	ended := terminated(pod, container)
	failed := pod.Status.Phase == corev1.PodFailed
	switch {
	case ended != nil && ended.ExitCode == 0, ended == nil && pod.Status.Phase == corev1.PodSucceeded:
		return &Outcome{}
	case ended == nil && !failed:
		return nil
	}
	if why := takenAway(pod, ended); why != "" {
		return &Outcome{ExitCode: NoExitCode, Reason: why}
	}
	if ended == nil {
		return &Outcome{ExitCode: NoExitCode, Reason: "the pod failed before Spark ran"}
	}
	return ofContainer(ended)
}

func terminated(pod *corev1.Pod, container string) *corev1.ContainerStateTerminated {
	for _, status := range pod.Status.ContainerStatuses {
		if status.Name == container {
			return status.State.Terminated
		}
	}
	return nil
}

// neverRan are reasons of containers that ended without an exit code of their own.
var neverRan = map[string]bool{"StartError": true, "ContainerCannotRun": true, "ContainerStatusUnknown": true}

func ofContainer(ended *corev1.ContainerStateTerminated) *Outcome {
	switch {
	case neverRan[ended.Reason]:
		return &Outcome{ExitCode: NoExitCode, Reason: inOneLine(ended.Reason, ended.Message)}
	case ended.Reason == "Error":
		return &Outcome{ExitCode: int(ended.ExitCode)}
	}
	return &Outcome{ExitCode: int(ended.ExitCode), Reason: ended.Reason}
}

// takenAway is why a pod that failed had to, whatever its containers did; "" when it failed by itself.
func takenAway(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) string {
	if why := inOneLine(pod.Status.Reason, pod.Status.Message); why != "" { // Evicted, DeadlineExceeded, NodeLost, ...
		return why
	}
	if why := disruption(pod); why != "" {
		return why
	}
	if pod.DeletionTimestamp == nil || ended == nil {
		return ""
	}
	asked := pod.DeletionTimestamp.Time
	if grace := pod.DeletionGracePeriodSeconds; grace != nil {
		asked = asked.Add(-time.Duration(*grace) * time.Second)
	}
	if ended.FinishedAt.Time.Before(asked) {
		return ""
	}
	return "the pod was deleted"
}

// disruption is why the cluster took a pod away: preempted, drained, lost with its node.
func disruption(pod *corev1.Pod) string {
	if pod == nil {
		return ""
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.DisruptionTarget && condition.Status == corev1.ConditionTrue {
			return inOneLine(condition.Reason, condition.Message)
		}
	}
	return ""
}
