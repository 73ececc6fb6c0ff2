package registration

import (
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// Named tells whether the name of an entry is one of Swage's, all of which are in
// its domain. Counters of the API server know the entry by nothing else.
func Named(name string) bool {
	return strings.HasSuffix(name, "."+strings.TrimSuffix(podtemplate.Domain, "/"))
}

// Shapes tells whether an entry is there to shape pods: by its name, so that one
// with a wrong path is found too, or else by a path where Swage shapes, whatever
// somebody called the entry.
func Shapes(w *admissionv1.MutatingWebhook) bool {
	_, shapes := podtemplate.ParseRoute(Path(&w.ClientConfig))
	return shapes || Named(w.Name)
}

// Path is where the API server calls: / where an entry names none.
func Path(c *admissionv1.WebhookClientConfig) string {
	switch {
	case c.Service != nil && c.Service.Path != nil:
		return *c.Service.Path
	case c.URL != nil:
		_, rest, _ := strings.Cut(*c.URL, "://")
		_, path, _ := strings.Cut(rest, "/")
		return "/" + path
	}
	return "/"
}

// CreatesPods tells whether one of the rules is about the creation of pods.
func CreatesPods(rules []admissionv1.RuleWithOperations) bool {
	return slices.ContainsFunc(rules, CoversPodCreation)
}

// CoversPodCreation is CreatesPods of one rule.
func CoversPodCreation(r admissionv1.RuleWithOperations) bool {
	return Covers(r, admissionv1.Create, "pods")
}

// Covers tells whether a rule is about an operation on a core resource that namespaces have.
func Covers(r admissionv1.RuleWithOperations, operation admissionv1.OperationType, resource string) bool {
	if r.Scope != nil && *r.Scope == admissionv1.ClusterScope {
		return false // nothing in a namespace is of the cluster alone
	}
	operates := slices.Contains(r.Operations, operation) || slices.Contains(r.Operations, admissionv1.OperationAll)
	return operates && hasOrAll(r.APIGroups, "") && hasOrAll(r.APIVersions, "v1") && (hasOrAll(r.Resources, resource) || slices.Contains(r.Resources, "*/*"))
}

func hasOrAll(all []string, one string) bool {
	return slices.Contains(all, one) || slices.Contains(all, "*")
}

// SparkPods selects the pods that carry Spark's label, as the chart's entry does.
func SparkPods() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: podtemplate.RoleLabel, Operator: metav1.LabelSelectorOpIn, Values: []string{string(podtemplate.Driver), string(podtemplate.Executor)},
	}}}
}
