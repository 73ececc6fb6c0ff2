package doctor

import (
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

// mutator is something else that changes the pods that an entry of ours is about.
type mutator struct {
	name, kind string
	again      bool // it is called once more, after others
	before     bool
}

// order looks at other webhooks. API servers call MutatingAdmissionPolicies
// first and then webhooks, by the names of their configurations; whoever has
// reinvocationPolicy IfNeeded is called once more when a later one changed the pod.
func order(f *Facts, in *Installation) []finding {
	entries := in.shapes(f)
	if f.Policies.Err != nil {
		return unknown(f.Policies.Err)
	}
	var problems []finding
	var before, after []string
	for _, m := range f.mutators(entries) {
		if !m.before {
			after = append(after, m.name)
			continue
		}
		before = append(before, m.name)
		if !m.again {
			problems = append(problems, warn(fmt.Sprintf("kubectl get %s %s -o yaml", m.kind, m.configuration()),
				"%s changes Spark's pods before %s and is not called again: it does not see what templates add (reinvocationPolicy: IfNeeded on it, or a registrationName that sorts before it)", m.name, names(entries))...)
		}
	}
	return orElse(problems, "others that may change Spark's pods: %s before %s, %s after it", list(before), names(entries), list(after))
}

func (m *mutator) configuration() string {
	name, _, _ := strings.Cut(m.name, ", ")
	return name
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return some(names)
}

// mutators are those of pods that one of our entries is about, each once.
func (f *Facts) mutators(entries []shapeEntry) (all []mutator) {
	for i := range f.Mutating.Value {
		c := &f.Mutating.Value[i]
		for j := range c.Webhooks {
			w := &c.Webhooks[j]
			if registration.Shapes(w) || !registration.CreatesPods(w.Rules) {
				continue
			}
			m := mutator{name: c.Name + ", entry " + w.Name, kind: "mutatingwebhookconfiguration", again: w.ReinvocationPolicy != nil && *w.ReinvocationPolicy == admissionv1.IfNeededReinvocationPolicy}
			met := false
			for k := range entries {
				if e := &entries[k]; f.meets(e, selectors{w.ObjectSelector, w.NamespaceSelector}) {
					met, m.before = true, m.before || c.Name < e.configuration
				}
			}
			if met {
				all = append(all, m)
			}
		}
	}
	return append(all, f.policies(entries)...)
}

// selectors are those of whoever wants to see some objects of some namespaces.
type selectors struct{ objects, namespaces *metav1.LabelSelector }

// meets tells whether somebody else, who has all of some selectors, may see pods
// that our entry is about in a namespace that it selects.
func (f *Facts) meets(e *shapeEntry, others ...selectors) bool {
	objects, namespaces := []*metav1.LabelSelector{e.ObjectSelector}, []*metav1.LabelSelector{e.NamespaceSelector}
	if route, served := podtemplate.ParseRoute(registration.Path(&e.ClientConfig)); !served || route.Role == "" {
		objects = append(objects, registration.SparkPods()) // which are all that is shaped there
	}
	for _, s := range others {
		objects, namespaces = append(objects, s.objects), append(namespaces, s.namespaces)
	}
	if !meet(objects...) {
		return false
	}
	if f.Namespaces.Err != nil {
		return meet(namespaces...)
	}
	return len(f.selectedBy(namespaces...)) > 0
}
