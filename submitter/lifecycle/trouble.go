package lifecycle

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// Trouble is why something does not start. It may pass without anybody's help.
type Trouble struct {
	// Pod is the pod that waits.
	Pod string
	// Kind groups what has the same cause, such as Image; see the constants.
	Kind TroubleKind
	// Message is one sentence, with the words of whoever knows the cause.
	Message string
}

// TroubleKind is a kind of trouble.
type TroubleKind string

// The kinds of trouble.
const (
	Held          TroubleKind = "Held"          // a scheduling gate
	Unschedulable TroubleKind = "Unschedulable" // no node takes the pod
	Image         TroubleKind = "Image"         // the image cannot be had
	Configuration TroubleKind = "Configuration" // something that a container refers to is missing or wrong
	Volume        TroubleKind = "Volume"        // a volume cannot be mounted
	Start         TroubleKind = "Start"         // the node cannot start the pod
	Denied        TroubleKind = "Denied"        // the driver is not allowed to make an executor
)

// waitingReasons are the kubelet's words for a container that does not start, and what they mean.
var waitingReasons = map[string]TroubleKind{
	"ErrImagePull": Image, "ImagePullBackOff": Image, "InvalidImageName": Image, "ErrImageNeverPull": Image,
	"ImageInspectError": Image, "RegistryUnavailable": Image, "SignatureValidationFailed": Image,
	"CreateContainerConfigError": Configuration, "CreateContainerError": Start, "RunContainerError": Start,
	"PreCreateHookError": Start, "PreStartHookError": Start, "PostStartHookError": Start, "CrashLoopBackOff": Start,
}

// troubleOf is why a pod has not started, as far as its status says; nil when it says nothing.
func troubleOf(pod *corev1.Pod) *Trouble {
	if pod.Status.Phase != corev1.PodPending && pod.Status.Phase != "" {
		return nil
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			return notScheduled(pod, condition)
		}
	}
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if waiting := status.State.Waiting; waiting != nil && waitingReasons[waiting.Reason] != "" {
			message := waiting.Reason + ", container " + status.Name
			if waitingReasons[waiting.Reason] == Image {
				message += ", image " + status.Image
			}
			return &Trouble{Pod: pod.Name, Kind: waitingReasons[waiting.Reason], Message: inOneLine(message, waiting.Message)}
		}
	}
	return nil
}

// notScheduled is nil where the gates are gone and only the scheduler has not said so yet.
func notScheduled(pod *corev1.Pod, condition corev1.PodCondition) *Trouble {
	if condition.Reason != corev1.PodReasonSchedulingGated {
		return &Trouble{Pod: pod.Name, Kind: Unschedulable, Message: inOneLine(cmp.Or(condition.Reason, string(Unschedulable)), condition.Message)}
	}
	if len(pod.Spec.SchedulingGates) == 0 {
		return nil
	}
	var gates []string
	for _, gate := range pod.Spec.SchedulingGates {
		gates = append(gates, gate.Name)
	}
	return &Trouble{Pod: pod.Name, Kind: Held, Message: "held by the scheduling gate " + strings.Join(gates, ", ")}
}

// inOneLine is a reason and a message, as far as there are any, in one line.
func inOneLine(reason, message string) string {
	message = strings.Join(strings.Fields(message), " ")
	if reason == "" || message == "" {
		return reason + message
	}
	return reason + ": " + message
}

// eventReasons are the reasons of events about what no status shows.
var eventReasons = map[string]TroubleKind{
	"FailedMount": Volume, "FailedAttachVolume": Volume, "FailedMapVolume": Volume, "VolumeResizeFailed": Volume,
	"FailedCreatePodSandBox": Start, "NetworkNotReady": Start, "FailedCreatePodContainer": Start, "FailedPrepareDynamicResources": Start,
}

// troubleIn is the latest of a pod's events that tells why it does not start; nil when none does.
func troubleIn(pod *corev1.Pod, events []corev1.Event) *Trouble {
	for _, event := range slices.Backward(events) {
		if kind := eventReasons[event.Reason]; kind != "" && event.InvolvedObject.UID == pod.UID {
			return &Trouble{Pod: pod.Name, Kind: kind, Message: inOneLine(event.Reason, event.Message)}
		}
	}
	return nil
}

// starting tells whether a node has the pod and no status says why its containers do not run.
func starting(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodPending && pod.Spec.NodeName != "" && troubleOf(pod) == nil
}

func isExecutor(pod *corev1.Pod) bool {
	return pod.Labels[podtemplate.RoleLabel] == string(podtemplate.Executor)
}
