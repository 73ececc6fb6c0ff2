package admission

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/events"
)

// conflictReason is the reason of Events about pods that were admitted with conflicts.
const conflictReason = "Conflict"

// maxNamedConflicts is how many conflicts an Event's message names; the rest are counted.
const maxNamedConflicts = 5

// notify writes an Event about a denial or a conflict, never on a dry run. It
// is about the pod's controller, for the pod itself does not exist (yet); pods
// without one leave it to the ConfigMap that is concerned.
func (h *Handler) notify(a *admission) {
	if a.pod == nil || a.review.DryRun {
		return
	}
	disagreements := conflicts(&a.result)
	event := events.Event{}
	switch {
	case a.result.Verdict.Denied():
		event.Reason = events.CamelCase(string(a.result.Verdict))
		event.Message = a.result.Message()
	case a.result.Verdict.Allowed() && len(disagreements) > 0:
		event.Reason, event.Message = conflictReason, describe(disagreements)
	default:
		return
	}
	event.Message = fmt.Sprintf("pod %s/%s: %s", a.review.Namespace, a.pod.Name(), event.Message)
	if regarding, ok := h.regarding(a, disagreements); ok {
		event.Regarding = regarding
		h.opts.Events.Record(event)
	}
}

func (h *Handler) regarding(a *admission, disagreements []podtemplate.Change) (corev1.ObjectReference, bool) {
	if owner := a.pod.Controller(); owner != nil {
		return corev1.ObjectReference{
			APIVersion: owner.APIVersion, Kind: owner.Kind, Name: owner.Name, UID: types.UID(owner.UID),
			Namespace: a.review.Namespace,
		}, true
	}
	for _, template := range concerned(&a.result, disagreements) {
		namespace, rest, _ := strings.Cut(template, "/")
		name, _, _ := strings.Cut(rest, "/")
		if ref, ok := h.opts.Store.ConfigMap(namespace, name); ok {
			return ref, true
		}
	}
	return corev1.ObjectReference{}, false
}

// concerned lists the templates that a denial or a conflict is about, most to
// blame first, as namespace/name or namespace/name/key.
func concerned(result *podtemplate.Result, disagreements []podtemplate.Change) []string {
	all := append([]string(nil), result.Broken...)
	for _, change := range disagreements {
		if change.Resolution == podtemplate.Rejected {
			all = append(all, change.Template)
		}
	}
	for _, change := range disagreements {
		all = append(all, change.Template)
	}
	return append(all, names(result.Templates)...)
}

// describe names conflicts by path, template and outcome; never by value.
func describe(disagreements []podtemplate.Change) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d conflicts with templates: ", len(disagreements))
	for i, change := range disagreements {
		if i == maxNamedConflicts {
			text.WriteString(", ...")
			break
		}
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "%s %s (%s)", change.Path, change.Resolution, change.Template)
	}
	return text.String()
}
