package doctor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

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
			ns.Name, count(with[ns.Name], "template", "templates"), names(entries), namespacesOf(entries))...)
	}
	return orElse(problems, "%s with templates: all are selected", count(len(slices.Collect(maps.Keys(with))), "namespace", "namespaces"))
}

// namespacesOf are the selectors by which entries select namespaces, each once.
func namespacesOf(entries []shapeEntry) string {
	var all []string
	for i := range entries {
		if text := metav1.FormatLabelSelector(entries[i].NamespaceSelector); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, " or ")
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
