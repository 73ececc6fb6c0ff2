package doctor

import (
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
)

// registrationSettings looks at what the chart sets on purpose, and hands may change.
func registrationSettings(f *Facts, in *Installation) []finding {
	var problems []finding
	for _, e := range in.shapes(f) {
		wrong := func(format string) {
			problems = append(problems, warn(in.upgrade(), "%s: "+format, &e)...)
		}
		if e.ReinvocationPolicy == nil || *e.ReinvocationPolicy != admissionv1.IfNeededReinvocationPolicy {
			wrong("reinvocationPolicy is not IfNeeded: what other webhooks change afterwards is not shaped")
		}
		if e.MatchPolicy != nil && *e.MatchPolicy == admissionv1.Exact {
			wrong("matchPolicy is Exact: pods that come by another version of the API pass unseen")
		}
		if e.SideEffects == nil || *e.SideEffects != admissionv1.SideEffectClassNoneOnDryRun && *e.SideEffects != admissionv1.SideEffectClassNone {
			wrong("sideEffects is not NoneOnDryRun: dry runs of Spark's pods are refused")
		}
		if !leavesOutMirrors(&e) {
			wrong("no matchCondition leaves out mirror pods, which nobody can change: static pods with Spark's labels are reported wrongly")
		}
	}
	return orElse(problems, "reinvocationPolicy, matchPolicy, sideEffects and matchConditions are as the chart sets them")
}

func leavesOutMirrors(e *shapeEntry) bool {
	for _, c := range e.MatchConditions {
		if strings.Contains(c.Expression, corev1.MirrorPodAnnotationKey) {
			return true
		}
	}
	return false
}
