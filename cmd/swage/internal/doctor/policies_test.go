package doctor

import (
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A MutatingAdmissionPolicy comes before webhooks where it and one of its
// bindings are about the creation of Spark's pods in a namespace that is shaped.
func TestPoliciesBefore(t *testing.T) {
	pods, services := createPods(), createPods()
	services.Resources = []string{"services"}
	rules := func(r admissionv1.RuleWithOperations, names ...string) []admissionv1.NamedRuleWithOperations {
		return []admissionv1.NamedRuleWithOperations{{RuleWithOperations: r, ResourceNames: names}}
	}
	labelled := func(key, value string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
	}
	narrow := func(m admissionv1.MatchResources) func(*Policy) {
		return func(p *Policy) { p.Bindings[0].Spec.MatchResources = &m }
	}
	for _, row := range []struct {
		rule   string
		edit   func(p *Policy)
		before bool
	}{
		{"for pods", func(*Policy) {}, true},
		{"for services", func(p *Policy) { p.Spec.MatchConstraints.ResourceRules = rules(services) }, false},
		{"for pods of some names, which Spark's are not known to have", func(p *Policy) { p.Spec.MatchConstraints.ResourceRules = rules(pods, "a") }, false},
		{"for all but pods", func(p *Policy) { p.Spec.MatchConstraints.ExcludeResourceRules = rules(pods) }, false},
		{"for pods but those of some names", func(p *Policy) { p.Spec.MatchConstraints.ExcludeResourceRules = rules(pods, "a") }, true},
		{"for pods and not services", func(p *Policy) { p.Spec.MatchConstraints.ExcludeResourceRules = rules(services) }, true},
		{"for other pods", func(p *Policy) { p.Spec.MatchConstraints.ObjectSelector = notSpark() }, false},
		{"without constraints", func(p *Policy) { p.Spec.MatchConstraints = nil }, false},
		{"bound to everything", narrow(admissionv1.MatchResources{}), true},
		{"bound to pods", narrow(admissionv1.MatchResources{ResourceRules: rules(pods)}), true},
		{"bound to services", narrow(admissionv1.MatchResources{ResourceRules: rules(services)}), false},
		{"bound to all but pods", narrow(admissionv1.MatchResources{ExcludeResourceRules: rules(pods)}), false},
		{"bound to a namespace that is shaped", narrow(admissionv1.MatchResources{NamespaceSelector: labelled("env", "prod")}), true},
		{"bound to no namespace that there is", narrow(admissionv1.MatchResources{NamespaceSelector: labelled("env", "test")}), false},
		{"bound to pods that the policy leaves out", func(p *Policy) {
			p.Spec.MatchConstraints.ObjectSelector = labelled("spark-role", "driver")
			narrow(admissionv1.MatchResources{ObjectSelector: labelled("spark-role", "executor")})(p)
		}, false},
		{"bound twice, and once to pods", func(p *Policy) {
			p.Bindings = append(p.Bindings, admissionv1.MutatingAdmissionPolicyBinding{})
			narrow(admissionv1.MatchResources{ResourceRules: rules(services)})(p)
		}, true},
	} {
		p := healthy(t)
		policy := Policy{Bindings: make([]admissionv1.MutatingAdmissionPolicyBinding, 1)}
		policy.Name, policy.Spec.MatchConstraints = "add-labels", &admissionv1.MatchResources{ResourceRules: rules(pods)}
		row.edit(&policy)
		p.Policies.Value = []Policy{policy}
		got := order(p.Facts, p.in())
		if row.before != (got[0].state == Warning && strings.HasPrefix(got[0].message, "add-labels changes Spark's pods before")) || len(got) != 1 {
			t.Errorf("%s: %+v", row.rule, got)
		}
		p.Policies.Value[0].Spec.ReinvocationPolicy = admissionv1.IfNeededReinvocationPolicy
		if got := order(p.Facts, p.in()); got[0].state != OK || strings.Contains(got[0].message, "add-labels before") != row.before {
			t.Errorf("%s, called again: %+v", row.rule, got)
		}
	}
}
