package doctor

import (
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
)

// Policy is a MutatingAdmissionPolicy with its bindings, without which it does nothing.
type Policy struct {
	admissionv1.MutatingAdmissionPolicy
	Bindings []admissionv1.MutatingAdmissionPolicyBinding
}

// policies are the MutatingAdmissionPolicies of pods that one of our entries is about.
func (f *Facts) policies(entries []shapeEntry) (all []mutator) {
	for i := range f.Policies.Value {
		p := &f.Policies.Value[i]
		if slices.ContainsFunc(entries, func(e shapeEntry) bool { return f.bound(p, &e) }) {
			all = append(all, mutator{name: p.Name, kind: "mutatingadmissionpolicy", before: true, again: p.Spec.ReinvocationPolicy == admissionv1.IfNeededReinvocationPolicy})
		}
	}
	return all
}

// bound tells whether one of a policy's bindings leaves it pods that our entry is about.
func (f *Facts) bound(p *Policy, e *shapeEntry) bool {
	own := p.Spec.MatchConstraints
	if own == nil || len(own.ResourceRules) == 0 || !seesPods(own) {
		return false
	}
	return slices.ContainsFunc(p.Bindings, func(b admissionv1.MutatingAdmissionPolicyBinding) bool {
		all := []selectors{{own.ObjectSelector, own.NamespaceSelector}}
		if more := b.Spec.MatchResources; more != nil {
			if !seesPods(more) {
				return false
			}
			all = append(all, selectors{more.ObjectSelector, more.NamespaceSelector})
		}
		return f.meets(e, all...)
	})
}

// seesPods tells whether the creation of pods is among what rules are about: no
// rule is all rules, and what is left out is left out whatever they say. A rule
// for names is none: those of Spark's pods are not known before.
func seesPods(m *admissionv1.MatchResources) bool {
	about := func(r admissionv1.NamedRuleWithOperations) bool {
		return len(r.ResourceNames) == 0 && registration.CoversPodCreation(r.RuleWithOperations)
	}
	return !slices.ContainsFunc(m.ExcludeResourceRules, about) && (len(m.ResourceRules) == 0 || slices.ContainsFunc(m.ResourceRules, about))
}
