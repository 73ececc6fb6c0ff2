package doctor

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func registrationRows() []row {
	return []row{
		{"no registration, and a server", Registration, Failed, "no MutatingWebhookConfiguration calls swage-system/swage-webhook", func(_ *testing.T, p *patient) { p.Mutating.Value = nil }},
		{"a path that the server does not serve", Registration, Failed, "00-swage, entry shape.swage.dev|the path /mutate", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Path = new("/mutate") }},
		{"an entry with a name of one's own", Registration, OK, "1 entry", func(_ *testing.T, p *patient) { p.entry().Name = "spark.example.com" }},
		{"no path", Registration, Failed, "the path /:", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Path = nil }},
		{"a role that is none", Registration, Failed, "/shape/master", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Path = new("/shape/master") }},
		{"a recogniser's path", Registration, OK, "1 entry", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Path = new("/shape/driver/spark") }},
		{"a container that none can be called", Registration, Failed, "/shape/driver/Spark", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Path = new("/shape/driver/Spark") }},
		{"what is of no namespace alone", Registration, Failed, "not about the creation of pods", func(_ *testing.T, p *patient) {
			p.entry().Rules[0].Scope = new(admissionv1.ClusterScope)
		}},
		{"updates alone", Registration, Failed, "not about the creation of pods", func(_ *testing.T, p *patient) {
			p.entry().Rules[0].Operations = []admissionv1.OperationType{admissionv1.Update}
		}},
		{"objects of the cluster alone, of which no pod is one", Registration, Failed, "not about the creation of pods", func(_ *testing.T, p *patient) {
			p.entry().Rules[0].Scope = new(admissionv1.ClusterScope)
		}},
		{"drivers alone", Registration, Failed, "00-swage selects Spark's drivers and not its executors", func(_ *testing.T, p *patient) {
			p.entry().ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"spark-role": "driver"}}
		}},
		{"executors alone", Registration, Failed, "00-swage selects Spark's executors and not its drivers", func(_ *testing.T, p *patient) {
			p.entry().ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"spark-role": "executor"}}
		}},
		{"drivers and executors, by an entry each", Registration, OK, "2 entries", func(_ *testing.T, p *patient) {
			executors := *p.entry().DeepCopy()
			executors.Name, executors.ObjectSelector = "executors.shape.swage.dev", &metav1.LabelSelector{MatchLabels: map[string]string{"spark-role": "executor"}}
			p.entry().ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"spark-role": "driver"}}
			p.Mutating.Value[0].Webhooks = append(p.Mutating.Value[0].Webhooks, executors)
		}},
		{"a server outside of the cluster is called in place of this one", Registration, Failed, "00-swage calls no Service of this cluster: what it calls is not examined", func(_ *testing.T, p *patient) {
			p.entry().ClientConfig.Service, p.entry().ClientConfig.URL = nil, new("https://swage.example.com/shape")
		}},
		{"R36: new templates alone are checked", TemplateChecks, Warning, "swage-templates is not about UPDATE and DELETE of ConfigMaps", func(_ *testing.T, p *patient) {
			p.checking().Rules[0].Operations = []admissionv1.OperationType{admissionv1.Create}
		}},
		{"R36: a namespace's templates are not checked", TemplateChecks, Warning, "leaves out (team-a/base)", func(_ *testing.T, p *patient) {
			p.checking().NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"env": "test"}}
		}},
		{"R36: templates of one mode are checked", TemplateChecks, Warning, "leaves out (team-a/base)", func(_ *testing.T, p *patient) {
			p.checking().ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"swage.dev/template": "enforced"}}
		}},
		{"templates are not checked", TemplateChecks, Warning, "whoever may write ConfigMaps", func(_ *testing.T, p *patient) { p.Validating.Value = nil }},
		{"templates are checked at a wrong path", TemplateChecks, Failed, "the path /shape", func(_ *testing.T, p *patient) { p.checking().ClientConfig.Service.Path = new("/shape") }},
		{"templates are checked unless that fails", TemplateChecks, Warning, "failurePolicy Ignore", func(_ *testing.T, p *patient) { p.checking().FailurePolicy = new(admissionv1.Ignore) }},
	}
}

func bundleRows() []row {
	return []row{
		{"another bundle", CertificateTrusted, Failed, "00-swage, entry shape.swage.dev|does not verify the certificate of pod one", func(t *testing.T, p *patient) {
			p.entry().ClientConfig.CABundle = newAuthority(t, now.Add(day)).pem()
		}},
		{"another bundle of the check of templates", CertificateTrusted, Failed, "swage-templates, entry templates.swage.dev", func(t *testing.T, p *patient) {
			p.checking().ClientConfig.CABundle = newAuthority(t, now.Add(day)).pem()
		}},
		{"no bundle", CertificateTrusted, Failed, "empty", func(_ *testing.T, p *patient) { p.entry().ClientConfig.CABundle = nil }},
		{"one replica serves another certificate", CertificateTrusted, Failed, "of pod two", func(t *testing.T, p *patient) {
			p.in().Served.Value[1].Chain = newAuthority(t, now.Add(60*day)).issue(t, p.in().host(), now, now.Add(60*day))
		}},
		{"a certificate for another name", CertificateTrusted, Failed, "other.swage-system.svc", func(t *testing.T, p *patient) {
			p.in().Served.Value[1].Chain = p.ca.issue(t, "other.swage-system.svc", now, now.Add(60*day))
		}},
		{"the bundle of a rotation has both authorities", CertificateTrusted, OK, "2 entries", func(t *testing.T, p *patient) {
			p.entry().ClientConfig.CABundle = append(newAuthority(t, now.Add(day)).pem(), p.ca.pem()...)
		}},
	}
}

func orderRows() []row {
	return []row{
		{"Kubernetes without matchConditions", Kubernetes, Failed, "matchConditions", func(_ *testing.T, p *patient) { p.Kubernetes.Value.Minor = "27" }},
		{"Kubernetes without native sidecars", Kubernetes, Failed, "native sidecars", func(_ *testing.T, p *patient) { p.Kubernetes.Value.Minor = "28+" }},
		{"native sidecars of the second installation", Kubernetes, Failed, "swage-two/swage-webhook makes them", func(t *testing.T, p *patient) {
			p.Kubernetes.Value.Minor = "28"
			args := &p.deployment().Spec.Template.Spec.Containers[0].Args
			*args = append(*args, "--no-native-sidecars")
			second := installed(t, p.ca)
			second.Namespace = "swage-two"
			p.Installations = append(p.Installations, second)
		}},
		{"native sidecars are off where there are none", Kubernetes, Warning, "beta", func(_ *testing.T, p *patient) {
			p.Kubernetes.Value.Minor = "28"
			args := &p.deployment().Spec.Template.Spec.Containers[0].Args
			*args = append(*args, "--no-native-sidecars")
		}},

		{"another webhook before, called once", Order, Warning, "00-a, entry other.example.com|before 00-swage", func(_ *testing.T, p *patient) { p.other("00-a", "other.example.com") }},
		{"another one before, called again", Order, OK, "00-a, entry other.example.com before 00-swage", func(_ *testing.T, p *patient) {
			p.other("00-a", "other.example.com").ReinvocationPolicy = new(admissionv1.IfNeededReinvocationPolicy)
		}},
		{"another one after", Order, OK, "mesh, entry inject.mesh.io after it", func(_ *testing.T, p *patient) { p.other("mesh", "inject.mesh.io") }},
		{"another one before, not for Spark's pods", Order, OK, "none before", func(_ *testing.T, p *patient) { p.other("00-a", "o.e.com").ObjectSelector = notSpark() }},
		{"another one before, not for these namespaces", Order, OK, "none before", func(_ *testing.T, p *patient) {
			p.other("00-a", "o.e.com").NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"mesh": "on"}}
		}},
		{"another one before, not for pods", Order, OK, "none before", func(_ *testing.T, p *patient) { p.other("00-a", "o.e.com").Rules[0].Resources = []string{"services"} }},
		{"another one before, for pods that only the second of our entries is about", Order, Warning, "00-a, entry o.e.com|before 00-swage", func(_ *testing.T, p *patient) {
			p.recogniser("zeppelin", notSpark())
			p.other("00-a", "o.e.com").ObjectSelector = notSpark()
		}},
		{"another one before the first of our two configurations and after the second", Order, Warning, "00-a, entry o.e.com|before 00-swage, 000-swage", func(_ *testing.T, p *patient) {
			second := *p.Mutating.Value[0].DeepCopy()
			second.Name, second.Webhooks[0].NamespaceSelector = "000-swage", &metav1.LabelSelector{MatchLabels: map[string]string{"env": "prod"}}
			p.entry().NamespaceSelector.MatchExpressions = append(p.entry().NamespaceSelector.MatchExpressions, metav1.LabelSelectorRequirement{Key: "env", Operator: metav1.LabelSelectorOpDoesNotExist})
			p.Mutating.Value = append(p.Mutating.Value, second)
			p.other("00-a", "o.e.com")
		}},
		{"two entries for one pod", Recognisers, Failed, "shape.swage.dev|zeppelin.shape.swage.dev", func(_ *testing.T, p *patient) { p.recogniser("zeppelin", nil) }},
		{"a recogniser for pods without Spark's label", Recognisers, OK, "2 entries", func(_ *testing.T, p *patient) { p.recogniser("zeppelin", notSpark()) }},
		{"two recognisers for one pod", Recognisers, Failed, "jupyter.shape.swage.dev and 00-swage, entry zeppelin.shape.swage.dev", func(_ *testing.T, p *patient) {
			p.recogniser("jupyter", notSpark())
			p.recogniser("zeppelin", notSpark())
		}},
		{"two recognisers, of which the second leaves out the first's", Recognisers, OK, "3 entries", func(_ *testing.T, p *patient) {
			p.recogniser("jupyter", notSpark())
			p.recogniser("zeppelin", notSpark()).MatchConditions = append(p.entry().MatchConditions, admissionv1.MatchCondition{Name: "not-jupyter.shape", Expression: "!(...)"})
		}},
	}
}

// other adds somebody else's webhook, which is called once.
func (p *patient) other(configuration, entry string) *admissionv1.MutatingWebhook {
	p.Mutating.Value = append(p.Mutating.Value, admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: configuration},
		Webhooks:   []admissionv1.MutatingWebhook{{Name: entry, Rules: []admissionv1.RuleWithOperations{createPods()}}},
	})
	return &p.Mutating.Value[len(p.Mutating.Value)-1].Webhooks[0]
}

// recogniser adds an entry to our registration.
func (p *patient) recogniser(name string, objects *metav1.LabelSelector) *admissionv1.MutatingWebhook {
	c := &p.Mutating.Value[0]
	entry := *c.Webhooks[0].DeepCopy()
	entry.Name, entry.ClientConfig.Service.Path = name+".shape.swage.dev", new("/shape/driver")
	entry.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
	if objects != nil {
		entry.ObjectSelector.MatchExpressions = objects.MatchExpressions
		entry.ObjectSelector.MatchLabels = map[string]string{"interpreter-" + name: "yes"}
	}
	c.Webhooks = append(c.Webhooks, entry)
	return &c.Webhooks[len(c.Webhooks)-1]
}
