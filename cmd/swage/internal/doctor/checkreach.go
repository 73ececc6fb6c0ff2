package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// reach looks for namespaces with templates, or that were asked about, whose pods nobody shapes.
func reach(f *Facts, in *Installation) []finding {
	if err := cmp.Or(in.unread(f), f.Namespaces.Err); err != nil {
		return unknown(err)
	}
	entries := in.shapes(f)
	with := in.templatesByNamespace(f)
	var problems []finding
	for i := range f.Namespaces.Value {
		ns := &f.Namespaces.Value[i]
		wanted := with[ns.Name] > 0 || f.Spark != nil && f.Spark.Namespace == ns.Name
		if !wanted || ns.Name == in.system() || f.shapedByClass(in, labelsOf(ns)) {
			continue
		}
		problems = append(problems, warn(selecting(entries[0].NamespaceSelector, ns), "namespace %s (%s) is not selected by %s (%s): its Spark pods are not shaped",
			ns.Name, count(with[ns.Name], "template", "templates"), entries[0].configuration, metav1.FormatLabelSelector(entries[0].NamespaceSelector))...)
	}
	return orElse(problems, "%s with templates: all are selected", count(len(slices.Collect(maps.Keys(with))), "namespace", "namespaces"))
}

// templatesByNamespace counts those of an installation.
func (in *Installation) templatesByNamespace(f *Facts) map[string]int {
	all := map[string]int{}
	for i := range f.Templates.Value {
		if cm := &f.Templates.Value[i]; in.reads(cm.Namespace, cm.Labels) {
			all[cm.Namespace]++
		}
	}
	return all
}

// shapedByClass tells whether this installation, or another one that reads the same templates, selects a namespace.
func (f *Facts) shapedByClass(in *Installation, set map[string]string) bool {
	for i := range f.Installations {
		other := &f.Installations[i]
		if other.settings()["class"] == in.settings()["class"] && other.shapesNamespace(f, set) {
			return true
		}
	}
	return false
}

// selecting is how the namespace comes to be selected, where one label does it.
func selecting(s *metav1.LabelSelector, ns *metav1.PartialObjectMetadata) string {
	if s != nil {
		for key, value := range s.MatchLabels {
			if ns.Labels[key] != value {
				return fmt.Sprintf("kubectl label namespace %s %s=%s", ns.Name, key, value)
			}
		}
		for _, r := range s.MatchExpressions {
			if _, has := ns.Labels[r.Key]; has && r.Key != corev1.LabelMetadataName && (r.Operator == metav1.LabelSelectorOpDoesNotExist || r.Operator == metav1.LabelSelectorOpNotIn) {
				return fmt.Sprintf("kubectl label namespace %s %s-", ns.Name, r.Key)
			}
		}
	}
	return "kubectl -n " + ns.Name + " get configmaps -l swage.dev/template"
}
