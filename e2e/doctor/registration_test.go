package doctor_test

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/testca"
)

func mutating() client[*admissionv1.MutatingWebhookConfiguration] {
	return server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations()
}

func validating() client[*admissionv1.ValidatingWebhookConfiguration] {
	return server.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations()
}

// shaping changes the entry that shapes pods.
func shaping(change func(*admissionv1.MutatingWebhook)) func(*testing.T) {
	return func(t *testing.T) {
		changed(t, mutating(), registration, func(c *admissionv1.MutatingWebhookConfiguration) { change(&c.Webhooks[0]) })
	}
}

// checks changes the entry that checks templates.
func checks(change func(*admissionv1.ValidatingWebhook)) func(*testing.T) {
	return func(t *testing.T) {
		changed(t, validating(), checking, func(c *admissionv1.ValidatingWebhookConfiguration) { change(&c.Webhooks[0]) })
	}
}

// never is a condition that keeps an entry from being called.
var never = admissionv1.MatchCondition{Name: "never", Expression: "false"}

func registrationHarms() []harm {
	return []harm{
		{"the registration is deleted", "registration", "failed", "no MutatingWebhookConfiguration calls swage-system/swage-webhook", func(t *testing.T) { removed(t, mutating(), registration, nil) }, nil},
		{"it calls another path", "registration", "failed", "calls the path /mutate", shaping(func(e *admissionv1.MutatingWebhook) { e.ClientConfig.Service.Path = new("/mutate") }), nil},
		{"it is about updates", "registration", "failed", "not about the creation of pods", shaping(func(e *admissionv1.MutatingWebhook) {
			e.Rules[0].Operations = []admissionv1.OperationType{admissionv1.Update}
		}), nil},
		{"templates are not checked", "template-checks", "warning", "not checked when they are written", func(t *testing.T) { removed(t, validating(), checking, nil) }, nil},
		{"templates are checked unless that fails", "template-checks", "warning", "failurePolicy Ignore", checks(func(e *admissionv1.ValidatingWebhook) { e.FailurePolicy = new(admissionv1.Ignore) }), nil},
		{"executors are left out", "registration", "failed", "drivers and not its executors", shaping(func(e *admissionv1.MutatingWebhook) {
			e.ObjectSelector.MatchExpressions[0].Values = []string{"driver"}
		}), nil},
		{"R36: templates that are there may be changed", "template-checks", "warning", "not about UPDATE and DELETE", checks(func(e *admissionv1.ValidatingWebhook) {
			e.Rules[0].Operations = []admissionv1.OperationType{admissionv1.Create}
		}), nil},
		{"R36: a namespace's templates are not checked", "template-checks", "warning", "leaves out (jobs/base)", checks(func(e *admissionv1.ValidatingWebhook) {
			e.NamespaceSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpNotIn, Values: []string{jobs}}}}
		}), nil},
		{"another bundle", "certificate-trusted", "failed", "00-swage, entry shape.swage.dev|unknown authority", func(t *testing.T) {
			shaping(func(e *admissionv1.MutatingWebhook) { e.ClientConfig.CABundle = stranger(t) })(t)
		}, nil},
		{"another bundle, where templates are checked", "certificate-trusted", "failed", "swage-templates, entry templates.swage.dev", func(t *testing.T) {
			checks(func(e *admissionv1.ValidatingWebhook) { e.ClientConfig.CABundle = stranger(t) })(t)
		}, nil},
		{"no bundle", "certificate-trusted", "failed", "empty", shaping(func(e *admissionv1.MutatingWebhook) { e.ClientConfig.CABundle = nil }), nil},
		{"a condition keeps it from being called", "called", "failed", "created without the server", shaping(func(e *admissionv1.MutatingWebhook) { e.MatchConditions = append(e.MatchConditions, never) }), nil},
		{"its version is another one", "versions", "warning", "applied in part", func(t *testing.T) {
			changed(t, mutating(), registration, func(c *admissionv1.MutatingWebhookConfiguration) { c.Labels["app.kubernetes.io/version"] = "0.0.1" })
		}, nil},
		{"somebody else's webhook before it, called once", "order", "warning", "00-a, entry a.example.com changes Spark's pods before 00-swage", func(t *testing.T) { created(t, mutating(), somebodyElse("00-a")) }, nil},
		{"a policy before it, called once", "order", "warning", "add-a-label changes Spark's pods before 00-swage", policy, nil},
		{"two entries for the same pods", "recognisers", "failed", "do not exclude each other", func(t *testing.T) {
			changed(t, mutating(), registration, func(c *admissionv1.MutatingWebhookConfiguration) {
				entry := *c.Webhooks[0].DeepCopy()
				entry.Name, entry.ClientConfig.Service.Path = "zeppelin.shape.swage.dev", new("/shape/driver")
				entry.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "zeppelin"}}
				c.Webhooks = append(c.Webhooks, entry)
			})
		}, nil},
		{"two installations for the same pods", "installations", "failed", "both shape Spark's pods in default", func(t *testing.T) {
			second := get(t, mutating(), registration)
			second.ObjectMeta = metav1.ObjectMeta{Name: "01-swage-b"}
			second.Webhooks[0].ClientConfig.Service.Name = "swage-b-webhook"
			second.Webhooks[0].MatchConditions = append(second.Webhooks[0].MatchConditions, never)
			created(t, mutating(), second)
		}, nil},
	}
}

// stranger is an authority of somebody else's.
func stranger(t *testing.T) []byte {
	t.Helper()
	ca, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca.PEM()
}

// somebodyElse is a webhook for pods that nobody has to answer.
func somebodyElse(name string) *admissionv1.MutatingWebhookConfiguration {
	return &admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionv1.MutatingWebhook{{
			Name: "a.example.com", ClientConfig: admissionv1.WebhookClientConfig{URL: new("https://a.example.com/")},
			Rules: []admissionv1.RuleWithOperations{createPods()}, MatchConditions: []admissionv1.MatchCondition{never},
			SideEffects: new(admissionv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

func createPods() admissionv1.RuleWithOperations {
	return admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.Create},
		Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
	}
}

// policy is a MutatingAdmissionPolicy with its binding.
func policy(t *testing.T) {
	t.Helper()
	api := server.Client().AdmissionregistrationV1()
	created[*admissionv1.MutatingAdmissionPolicy](t, api.MutatingAdmissionPolicies(), &admissionv1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "add-a-label"},
		Spec: admissionv1.MutatingAdmissionPolicySpec{
			MatchConstraints:   &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: createPods()}}},
			MatchConditions:    []admissionv1.MatchCondition{never},
			ReinvocationPolicy: admissionv1.NeverReinvocationPolicy,
			Mutations: []admissionv1.Mutation{{
				PatchType:          admissionv1.PatchTypeApplyConfiguration,
				ApplyConfiguration: &admissionv1.ApplyConfiguration{Expression: `Object{metadata: Object.metadata{labels: {"a": "b"}}}`},
			}},
		},
	})
	created[*admissionv1.MutatingAdmissionPolicyBinding](t, api.MutatingAdmissionPolicyBindings(), &admissionv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "add-a-label"}, Spec: admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: "add-a-label"},
	})
}
