package doctor

import (
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
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
	for _, m := range f.mutators(&entries[0]) {
		if !m.before {
			after = append(after, m.name)
			continue
		}
		before = append(before, m.name)
		if !m.again {
			problems = append(problems, warn(fmt.Sprintf("kubectl get %s %s -o yaml", m.kind, m.configuration()),
				"%s changes Spark's pods before %s and is not called again: it does not see what templates add (reinvocationPolicy: IfNeeded on it, or a registrationName that sorts before it)", m.name, entries[0].configuration)...)
		}
	}
	return orElse(problems, "others that may change Spark's pods: %s before %s, %s after it", list(before), entries[0].configuration, list(after))
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

func (f *Facts) mutators(e *shapeEntry) (all []mutator) {
	for i := range f.Mutating.Value {
		c := &f.Mutating.Value[i]
		for j := range c.Webhooks {
			w := &c.Webhooks[j]
			if registration.Shapes(w) || !registration.CreatesPods(w.Rules) || !f.meets(e, w.ObjectSelector, w.NamespaceSelector) {
				continue
			}
			all = append(all, mutator{
				name: c.Name + ", entry " + w.Name, kind: "mutatingwebhookconfiguration", before: c.Name < e.configuration,
				again: w.ReinvocationPolicy != nil && *w.ReinvocationPolicy == admissionv1.IfNeededReinvocationPolicy,
			})
		}
	}
	for i := range f.Policies.Value {
		if p := &f.Policies.Value[i]; policyCreatesPods(p.Spec.MatchConstraints) && f.meets(e, p.Spec.MatchConstraints.ObjectSelector, p.Spec.MatchConstraints.NamespaceSelector) {
			all = append(all, mutator{
				name: p.Name, kind: "mutatingadmissionpolicy", before: true, again: p.Spec.ReinvocationPolicy == admissionv1.IfNeededReinvocationPolicy,
			})
		}
	}
	return all
}

// meets tells whether somebody else may see Spark's pods in a namespace that our entry selects.
func (f *Facts) meets(e *shapeEntry, objects, namespaces *metav1.LabelSelector) bool {
	if !meet(e.ObjectSelector, registration.SparkPods(), objects) {
		return false
	}
	if f.Namespaces.Err != nil {
		return meet(e.NamespaceSelector, namespaces)
	}
	return len(f.both(e.NamespaceSelector, namespaces)) > 0
}

func policyCreatesPods(m *admissionv1.MatchResources) bool {
	if m == nil {
		return false
	}
	for _, r := range m.ResourceRules {
		if len(r.ResourceNames) == 0 && registration.CoversPodCreation(r.RuleWithOperations) {
			return true
		}
	}
	return false
}
