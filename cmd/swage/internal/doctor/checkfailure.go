package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

func failurePolicy(f *Facts, in *Installation) []finding {
	var ignoring []string
	for _, e := range in.shapes(f) {
		if e.FailurePolicy == nil || *e.FailurePolicy != admissionv1.Ignore {
			continue
		}
		if err := in.unread(f); err != nil {
			return unknown(err)
		}
		if enforced := in.enforcedFor(f, &e); len(enforced) > 0 {
			return warn(in.upgrade("failurePolicy=Fail"), "%s has failurePolicy Ignore: while no replica can be reached, Spark's pods start without the templates that are enforced (%s)", &e, some(enforced))
		}
		ignoring = append(ignoring, e.Name)
	}
	if len(ignoring) > 0 {
		return ok("Ignore (%s): while no replica can be reached, Spark's pods start without their templates", some(ignoring))
	}
	return ok("Fail: while no replica can be reached, Spark's pods are refused, and no others")
}

// enforcedFor are the enforced templates for pods of an entry: those of the
// namespaces that it selects, and the system's.
func (in *Installation) enforcedFor(f *Facts, e *shapeEntry) (names []string) {
	selected := f.selectedBy(e.NamespaceSelector)
	for i := range f.Templates.Value {
		cm := &f.Templates.Value[i]
		reached := f.Namespaces.Err != nil || cm.Namespace == in.system() && len(selected) > 0 || slices.Contains(selected, cm.Namespace)
		if reached && in.reads(cm.Namespace, cm.Labels) && cm.Labels[podtemplate.TemplateLabel] == string(podtemplate.Enforced) {
			names = append(names, cm.Namespace+"/"+cm.Name)
		}
	}
	return names
}

// exclusions looks for what a server that cannot be reached would stop besides Spark's pods, its own start included.
func exclusions(f *Facts, in *Installation) []finding {
	if f.Namespaces.Err != nil {
		return unknown(f.Namespaces.Err)
	}
	var problems []finding
	for _, e := range in.shapes(f) {
		if e.FailurePolicy != nil && *e.FailurePolicy == admissionv1.Ignore {
			continue
		}
		problems = append(problems, in.exclusionProblems(f, &e)...)
	}
	return orElse(problems, "neither the server's own pods nor those of %s wait for it", metav1.NamespaceSystem)
}

func (in *Installation) exclusionProblems(f *Facts, e *shapeEntry) (problems []finding) {
	for i := range f.Namespaces.Value {
		ns := &f.Namespaces.Value[i]
		if !selects(e.NamespaceSelector, labelsOf(ns)) {
			continue
		}
		d := in.Deployment()
		switch own := ns.Name == in.Place.Namespace; {
		case own && d != nil && selects(e.ObjectSelector, d.Spec.Template.Labels):
			problems = append(problems, fail(in.upgrade(), "%s selects the server's own pods: once no replica runs, none can start", e)...)
		case own && in.settings()["namespace"] == "":
			problems = append(problems, warn(in.upgrade(), "%s reaches its own namespace %s, where the server shapes nothing: what carries Spark's labels there waits for it in vain", e, ns.Name)...)
		case ns.Name == metav1.NamespaceSystem:
			problems = append(problems, warn(in.upgrade("excludedNamespaces={kube-system}"), "%s reaches %s under failurePolicy Fail: pods of the cluster itself may wait for it", e, ns.Name)...)
		}
	}
	if meet(e.ObjectSelector, notSpark()) && len(e.ObjectSelectorKeys()) == 0 {
		problems = append(problems, fail(in.upgrade(), "%s selects every pod, not only Spark's: without a replica no pod at all can be created", e)...)
	}
	return problems
}

// ObjectSelectorKeys are the labels by which an entry selects pods.
func (e *shapeEntry) ObjectSelectorKeys() (keys []string) {
	if e.ObjectSelector == nil {
		return nil
	}
	for key := range e.ObjectSelector.MatchLabels {
		keys = append(keys, key)
	}
	for _, r := range e.ObjectSelector.MatchExpressions {
		if r.Operator == metav1.LabelSelectorOpIn || r.Operator == metav1.LabelSelectorOpExists {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

func notSpark() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: podtemplate.RoleLabel, Operator: metav1.LabelSelectorOpDoesNotExist}}}
}

// The times that an API server waits: Kubernetes' default, and more than which
// clients such as Spark's (10 s for a request) have given up before.
const (
	defaultTimeout = 10
	longTimeout    = 10
)

// lookups is how long the server itself may ask questions, unless a flag says otherwise.
const lookups = 1500 * time.Millisecond

func timeout(f *Facts, in *Installation) []finding {
	asks := lookups
	if given, err := time.ParseDuration(in.settings()["lookup-timeout"]); err == nil {
		asks = given
	}
	var problems []finding
	for _, e := range in.shapes(f) {
		seconds := int32(defaultTimeout)
		if e.TimeoutSeconds != nil {
			seconds = *e.TimeoutSeconds
		}
		switch waits := time.Duration(seconds) * time.Second; {
		case waits <= asks:
			problems = append(problems, warn(in.upgrade("timeoutSeconds=5"), "%s: API servers wait for %s, and the server may ask questions of its own for %s: it answers too late then", &e, waits, asks)...)
		case seconds > longTimeout:
			problems = append(problems, warn(in.upgrade("timeoutSeconds=5"), "%s: API servers wait for %s: while no replica can be reached, each Spark pod takes that long, and clients give up before", &e, waits)...)
		}
	}
	return orElse(problems, "API servers wait long enough for the server's look-ups (%s), and no longer than clients do", asks)
}

// some are the first of many names.
func some(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
