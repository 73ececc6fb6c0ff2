package webhooktest

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Names under which the webhook is registered and found in the audit log. The
// configuration's name sorts first, so that the webhook runs before others and
// sees their changes in a second round (R35).
const (
	ConfigurationName = "00-swage"
	// TemplatesName is the registration that checks writes of templates.
	TemplatesName = "swage-templates"
	WebhookName   = "shape.swage.dev"
	// SystemNamespace is where swage-webhook runs in a whole cluster. The
	// webhook is never asked about pods there: it could not start itself.
	SystemNamespace = "swage-system"
)

// Options change the registration. The zero value is the product's.
type Options struct {
	// Path is the webhook's path. Default: /shape.
	Path string
	// Edit changes the configuration before it is created: another name, a
	// narrower selector, failurePolicy Ignore. Default: nothing.
	Edit func(*admissionv1.MutatingWebhookConfiguration)
	// ProbeNamespace is where Register asks, by dry run, whether the API server
	// calls the webhook; the configuration must select it. Default: a new one.
	ProbeNamespace string
	// Probe is the pod it asks with; the configuration must select it. Default:
	// a Spark driver.
	Probe *corev1.Pod
}

// Configuration is the registration of a webhook that runs outside the cluster:
// what the product's manifests install, with a URL instead of a Service.
func Configuration(endpoint Endpoint, opts Options) *admissionv1.MutatingWebhookConfiguration {
	if opts.Path == "" {
		opts.Path = "/shape"
	}
	config := &admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: ConfigurationName},
		Webhooks:   []admissionv1.MutatingWebhook{shapeWebhook(endpoint, opts.Path)},
	}
	if opts.Edit != nil {
		opts.Edit(config)
	}
	return config
}

func shapeWebhook(endpoint Endpoint, path string) admissionv1.MutatingWebhook {
	return admissionv1.MutatingWebhook{
		Name:                    WebhookName,
		ClientConfig:            admissionv1.WebhookClientConfig{URL: new(endpoint.URL + path), CABundle: endpoint.CABundle},
		Rules:                   []admissionv1.RuleWithOperations{createPods()},
		ObjectSelector:          sparkPods(),
		NamespaceSelector:       shapedNamespaces(),
		MatchConditions:         []admissionv1.MatchCondition{noMirrorPod()},
		MatchPolicy:             new(admissionv1.Equivalent),
		ReinvocationPolicy:      new(admissionv1.IfNeededReinvocationPolicy),
		SideEffects:             new(admissionv1.SideEffectClassNoneOnDryRun),
		FailurePolicy:           new(admissionv1.Fail),
		TimeoutSeconds:          new(int32(5)),
		AdmissionReviewVersions: []string{"v1"},
	}
}

func createPods() admissionv1.RuleWithOperations {
	return admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.Create},
		Rule: admissionv1.Rule{
			APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"},
			Scope: new(admissionv1.NamespacedScope),
		},
	}
}

// sparkPods keeps the failure of the webhook to Spark's own pods.
func sparkPods() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: "spark-role", Operator: metav1.LabelSelectorOpIn, Values: []string{"driver", "executor"},
	}}}
}

func shapedNamespaces() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpNotIn,
		Values: []string{metav1.NamespaceSystem, SystemNamespace},
	}}}
}

// noMirrorPod leaves out the kubelet's images of static pods, which the API
// server cannot change.
func noMirrorPod() admissionv1.MatchCondition {
	return admissionv1.MatchCondition{
		Name:       "not-a-mirror-pod",
		Expression: `!('` + corev1.MirrorPodAnnotationKey + `' in object.metadata.?annotations.orValue({}))`,
	}
}
