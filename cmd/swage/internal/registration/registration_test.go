package registration_test

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/cmd/swage/internal/registration"
)

func TestShapes(t *testing.T) {
	service := func(path *string) admissionv1.WebhookClientConfig {
		return admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Path: path}}
	}
	for rule, row := range map[string]struct {
		name   string
		client admissionv1.WebhookClientConfig
		path   string
		want   bool
	}{
		"the chart's entry":                    {"shape.swage.dev", service(new("/shape")), "/shape", true},
		"ours, at a path that is not served":   {"shape.swage.dev", service(new("/mutate")), "/mutate", true},
		"ours, without a path":                 {"shape.swage.dev", service(nil), "/", true},
		"a name of one's own, at Swage's path": {"spark.example.com", service(new("/shape/driver/spark")), "/shape/driver/spark", true},
		"a server outside of the cluster":      {"spark.example.com", admissionv1.WebhookClientConfig{URL: new("https://a.example.com:8443/shape")}, "/shape", true},
		"somebody else's":                      {"inject.mesh.io", service(new("/mutate")), "/mutate", false},
		"a name that only ends alike":          {"notswage.dev", service(new("/shaper")), "/shaper", false},
		"an entry that calls nobody":           {"a.example.com", admissionv1.WebhookClientConfig{}, "/", false},
		"a URL without a path":                 {"a.example.com", admissionv1.WebhookClientConfig{URL: new("https://a.example.com")}, "/", false},
	} {
		w := &admissionv1.MutatingWebhook{Name: row.name, ClientConfig: row.client}
		if got, path := registration.Shapes(w), registration.Path(&w.ClientConfig); got != row.want || path != row.path {
			t.Errorf("%s: %v, at %s", rule, got, path)
		}
	}
}

func TestCreatesPods(t *testing.T) {
	for rule, row := range map[string]struct {
		edit func(*admissionv1.RuleWithOperations)
		want bool
	}{
		"the chart's rule":                {func(*admissionv1.RuleWithOperations) {}, true},
		"everything":                      {func(r *admissionv1.RuleWithOperations) { *r = everything("*") }, true},
		"everything with subresources":    {func(r *admissionv1.RuleWithOperations) { *r = everything("*/*") }, true},
		"subresources of pods alone":      {func(r *admissionv1.RuleWithOperations) { r.Resources = []string{"pods/*"} }, false},
		"objects of namespaces":           {func(r *admissionv1.RuleWithOperations) { r.Scope = new(admissionv1.NamespacedScope) }, true},
		"objects of all scopes":           {func(r *admissionv1.RuleWithOperations) { r.Scope = new(admissionv1.AllScopes) }, true},
		"objects of the cluster alone":    {func(r *admissionv1.RuleWithOperations) { r.Scope = new(admissionv1.ClusterScope) }, false},
		"pods of another group":           {func(r *admissionv1.RuleWithOperations) { r.APIGroups = []string{"metrics.k8s.io"} }, false},
		"a version that pods do not have": {func(r *admissionv1.RuleWithOperations) { r.APIVersions = []string{"v2"} }, false},
		"updates alone": {func(r *admissionv1.RuleWithOperations) {
			r.Operations = []admissionv1.OperationType{admissionv1.Update}
		}, false},
	} {
		r := admissionv1.RuleWithOperations{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
		}
		row.edit(&r)
		if got := registration.CreatesPods([]admissionv1.RuleWithOperations{{}, r}); got != row.want {
			t.Errorf("%s: %v", rule, got)
		}
	}
}

func everything(resources string) admissionv1.RuleWithOperations {
	return admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.OperationAll},
		Rule:       admissionv1.Rule{APIGroups: []string{"*"}, APIVersions: []string{"*"}, Resources: []string{resources}},
	}
}

func TestSparkPods(t *testing.T) {
	selector, err := metav1.LabelSelectorAsSelector(registration.SparkPods())
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]bool{"driver": true, "executor": true, "connect": false, "": false} {
		if got := selector.Matches(labels.Set{"spark-role": role}); got != want {
			t.Errorf("%q: %v", role, got)
		}
	}
}
