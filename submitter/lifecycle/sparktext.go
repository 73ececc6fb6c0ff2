package lifecycle

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SparkMap is a map as spark-submit writes it: its wrappers look for "spark-app-selector -> ID, " among labels.
func SparkMap(labels map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, key+" -> "+labels[key])
	}
	return strings.Join(pairs, ", ")
}

// pair is a line of spark-submit's about a pod.
type pair struct{ name, value string }

// SparkState is a pod as spark-submit --status writes it.
func SparkState(pod *corev1.Pod) string {
	var volumes []string
	for _, volume := range pod.Spec.Volumes {
		volumes = append(volumes, volume.Name)
	}
	var containers []string
	for _, status := range pod.Status.ContainerStatuses {
		containers = append(containers, sparkPairs("\t\t", containerPairs(status)))
	}
	return sparkPairs("\t", []pair{
		{"pod name", pod.Name},
		{"namespace", pod.Namespace},
		{"labels", SparkMap(pod.Labels)},
		{"pod uid", string(pod.UID)},
		{"creation time", sparkTime(&pod.CreationTimestamp)},
		{"service account name", pod.Spec.ServiceAccountName},
		{"volumes", strings.Join(volumes, ", ")},
		{"node name", pod.Spec.NodeName},
		{"start time", sparkTime(pod.Status.StartTime)},
		{"phase", string(pod.Status.Phase)},
		{"container status", strings.Join(containers, "\n\n")},
	})
}

func containerPairs(status corev1.ContainerStatus) []pair {
	pairs := []pair{{"container name", status.Name}, {"container image", status.Image}}
	switch state := status.State; {
	case state.Running != nil:
		return append(pairs, pair{"container state", "running"}, pair{"container started at", sparkTime(&state.Running.StartedAt)})
	case state.Waiting != nil:
		return append(pairs, pair{"container state", "waiting"}, pair{"pending reason", state.Waiting.Reason})
	case state.Terminated != nil:
		return append(pairs, pair{"container state", "terminated"},
			pair{"container started at", sparkTime(&state.Terminated.StartedAt)}, pair{"container finished at", sparkTime(&state.Terminated.FinishedAt)},
			pair{"exit code", fmt.Sprint(state.Terminated.ExitCode)}, pair{"termination reason", state.Terminated.Reason})
	}
	return append(pairs, pair{"container state", "N/A"})
}

func sparkPairs(indent string, pairs []pair) string {
	var out strings.Builder
	for _, p := range pairs {
		fmt.Fprintf(&out, "\n%s %s: %s", indent, p.name, cmp.Or(p.value, "N/A"))
	}
	return out.String()
}

func sparkTime(t *metav1.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
