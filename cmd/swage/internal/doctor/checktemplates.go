package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/podtemplate"
)

// templatesLoad loads all templates, as the server does.
func templatesLoad(f *Facts, in *Installation) []finding {
	if err := in.unread(f); err != nil {
		return unknown(err)
	}
	var problems []finding
	libraries := in.libraries(f)
	total := 0
	for _, namespace := range slices.Sorted(maps.Keys(libraries)) {
		l := libraries[namespace]
		unstable := l.Unstable(others(namespace, in.system(), libraries)...)
		for _, e := range l.Entries() {
			total++
			_, state, _ := l.Get(e.Name)
			switch {
			case state != podtemplate.Loaded:
				problems = append(problems, fail(show(e), "%v: %s", e.Err, consequence(e.Mode))...)
			case slices.Contains(unstable, e.Name):
				problems = append(problems, fail(show(e), "%s/%s: its selector asks for labels that templates write, so it could change its mind: it is skipped", e.Namespace, e.Name)...)
			}
		}
	}
	return orElse(problems, "%s", count(total, "template loads", "templates load"))
}

// others are the system's templates, which a namespace's selectors meet.
func others(namespace, system string, libraries map[string]*podtemplate.Library) []*podtemplate.Library {
	if namespace == system || libraries[system] == nil {
		return nil
	}
	return []*podtemplate.Library{libraries[system]}
}

func show(e podtemplate.Entry) string {
	return fmt.Sprintf("kubectl -n %s get configmap %s -o yaml | swage lint -t -", e.Namespace, e.Name)
}

// consequence is what a template that does not load means to pods, unless a replica remembers a version that did.
func consequence(mode podtemplate.Mode) string {
	switch mode {
	case podtemplate.Default:
		return "pods start without it"
	case podtemplate.Named:
		return "pods that ask for it are denied"
	case podtemplate.Enforced:
		return "Spark's pods in its reach are denied"
	}
	return "it reaches no pod"
}

// Metrics of the server, and the values of their labels.
const (
	TemplatesMetric = "swage_templates"
	modeLabel       = "mode"
	stateLabel      = "state"
)

// templatesStale looks for what replicas remember and a restart forgets.
func templatesStale(_ *Facts, in *Installation) []finding {
	if in.Metrics.Err != nil {
		return unknown(in.Metrics.Err)
	}
	if len(in.Metrics.Value) == 0 {
		return skip("no replica is ready")
	}
	var problems []finding
	logs := "kubectl get events -A --field-selector reason=TemplateStale"
	for _, mode := range podtemplate.Modes() {
		stale := map[string]float64{}
		for pod, samples := range in.Metrics.Value {
			stale[pod] = samples.sum(TemplatesMetric, func(l map[string]string) bool {
				return l[modeLabel] == string(mode) && l[stateLabel] == string(podtemplate.Stale)
			})
		}
		most, least := slices.Max(slices.Collect(maps.Values(stale))), slices.Min(slices.Collect(maps.Values(stale)))
		switch {
		case most > least:
			problems = append(problems, fail(logs, "replicas differ: one remembers the last good version of %s of mode %s, another of %g: what becomes of a pod is chance",
				count(int(most), "template", "templates"), mode, least)...)
		case most > 0:
			problems = append(problems, warn(logs, "the last good version of %s of mode %s is in use, and a restart forgets it: then %s",
				count(int(most), "template", "templates"), mode, consequence(mode))...)
		}
	}
	return orElse(problems, "no replica uses an older version of a template")
}

// templatesUsed looks for templates that can reach no pod, whatever is created.
func templatesUsed(f *Facts) []finding {
	if err := cmp.Or(f.Templates.Err, f.Namespaces.Err); err != nil {
		return unknown(err)
	}
	for i := range f.Installations {
		if err := f.Installations[i].unread(f); err != nil {
			return unknown(err)
		}
	}
	var problems []finding
	for i := range f.Templates.Value {
		cm := &f.Templates.Value[i]
		at := slices.IndexFunc(f.Installations, func(in Installation) bool { return in.reads(cm.Namespace, cm.Labels) })
		relabel := fmt.Sprintf("kubectl -n %s label configmap %s", cm.Namespace, cm.Name)
		if at < 0 {
			if class, has := cm.Labels[podtemplate.ClassLabel]; has {
				problems = append(problems, warn(relabel+" "+podtemplate.ClassLabel+"-", "%s/%s is for the class %q, which no installation in this cluster has: nobody reads it", cm.Namespace, cm.Name, class)...)
				continue
			}
			problems = append(problems, warn("kubectl get deployments -A -l "+ServerLabels, "%s/%s is for no installation in this cluster: nobody reads it", cm.Namespace, cm.Name)...)
			continue
		}
		in := &f.Installations[at]
		wanted, err := labels.Parse(cm.Annotations[podtemplate.NamespacesAnnotation])
		if err == nil && !wanted.Empty() && cm.Namespace == in.system() && !f.anyShaped(in, wanted) {
			problems = append(problems, warn("kubectl get namespaces -l '"+wanted.String()+"'", "%s/%s is for the namespaces %q, and none of those that are shaped now has such labels", cm.Namespace, cm.Name, wanted)...)
		}
	}
	return orElse(problems, "each template can reach pods; whether such pods are created, this does not say")
}

// anyShaped tells whether one of the namespaces that an installation shapes has such labels. A registration that is not there is another check's.
func (f *Facts) anyShaped(in *Installation, wanted labels.Selector) bool {
	if len(in.shapes(f)) == 0 {
		return true
	}
	for i := range f.Namespaces.Value {
		set := labelsOf(&f.Namespaces.Value[i])
		if wanted.Matches(labels.Set(set)) && in.shapesNamespace(f, set) {
			return true
		}
	}
	return false
}

// shapesNamespace tells whether one of the entries selects a namespace.
func (in *Installation) shapesNamespace(f *Facts, set map[string]string) bool {
	return slices.ContainsFunc(in.shapes(f), func(e shapeEntry) bool { return selects(e.NamespaceSelector, set) })
}
