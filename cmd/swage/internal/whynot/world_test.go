package whynot_test

import (
	"testing"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/whynot"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// registered is a registration as the chart writes it, at a time.
func registered(name, path string, edit func(*admissionv1.MutatingWebhookConfiguration)) admissionv1.MutatingWebhookConfiguration {
	c := admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.Unix(1000, 0)},
		Webhooks: []admissionv1.MutatingWebhook{{
			Name:           "shape.swage.dev",
			ClientConfig:   admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Namespace: "swage-system", Name: "swage-webhook", Path: &path}},
			Rules:          []admissionv1.RuleWithOperations{{Operations: []admissionv1.OperationType{"CREATE"}, Rule: admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}}}},
			ObjectSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "spark-role", Operator: "Exists"}}},
			FailurePolicy:  new(admissionv1.Fail),
		}},
	}
	if edit != nil {
		edit(&c)
	}
	return c
}

const template = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"base","namespace":"team","creationTimestamp":"1970-01-01T00:10:00Z","labels":{"swage.dev/template":"default"}},
"data":{"pod.yaml":"spec: {nodeSelector: {a: b}, schedulingGates: [{name: hold}]}"}}`

// Pods of the seconds 2000 and 500 after the epoch, and one that is not created yet.
const (
	stored = `{"metadata":{"name":"p","namespace":"team","uid":"u","creationTimestamp":"1970-01-01T00:33:20Z","labels":{"spark-role":"driver"}},"spec":{}}`
	old    = `{"metadata":{"name":"p","namespace":"team","uid":"u","creationTimestamp":"1970-01-01T00:08:20Z","labels":{"spark-role":"driver"}},"spec":{}}`
	fresh  = `{"metadata":{"name":"p","namespace":"team","labels":{"spark-role":"driver"}},"spec":{}}`
)

func walk(t *testing.T, c *whynot.Cluster, pod, system string, objects ...string) *whynot.Report {
	t.Helper()
	var all []manifest.Object
	for _, text := range objects {
		all = append(all, parse(t, text)...)
	}
	var err error
	if c.Templates, err = offline.NewTemplates(all, system); err != nil {
		t.Fatal(err)
	}
	if c.Pods, err = offline.NewPods(parse(t, `{"apiVersion":"v1","kind":"PodList","items":[`+pod+`]}`), "default"); err != nil {
		t.Fatal(err)
	}
	return whynot.Walk(c, c.Pods.All[0], system)
}

func parse(t *testing.T, text string) []manifest.Object {
	t.Helper()
	objects, err := manifest.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func link(t *testing.T, r *whynot.Report, name string) whynot.Link {
	t.Helper()
	for _, l := range r.Links {
		if l.Name == name {
			return l
		}
	}
	t.Fatalf("there is no link %s", name)
	return whynot.Link{}
}
