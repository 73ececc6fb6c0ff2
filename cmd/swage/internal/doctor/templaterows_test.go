package doctor

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

func templateRows() []row {
	with := func(namespace, name, mode, text string, annotate ...string) func(*testing.T, *patient) {
		return func(_ *testing.T, p *patient) {
			cm := template(namespace, name, mode, text)
			for i := 0; i < len(annotate); i += 2 {
				cm.Annotations[annotate[i]] = annotate[i+1]
			}
			p.Templates.Value = append(p.Templates.Value, cm)
		}
	}
	stale := func(one, two string) func(*testing.T, *patient) {
		return func(_ *testing.T, p *patient) {
			p.in().Metrics.Value = map[string]Samples{
				"one": ParseSamples(`swage_templates{mode="named",state="stale"} `+one, TemplatesMetric),
				"two": ParseSamples(`swage_templates{mode="named",state="stale"} `+two, TemplatesMetric),
			}
		}
	}
	return []row{
		{"a namespace with templates that is left out", Reach, Warning, "namespace team-a (1 template) is not selected by 00-swage", func(_ *testing.T, p *patient) {
			e := &p.entry().NamespaceSelector.MatchExpressions[0]
			e.Values = append(e.Values, "team-a")
		}},
		{"the namespace that was asked about is left out", Reach, Warning, "namespace team-a (0 templates)", func(_ *testing.T, p *patient) {
			p.Templates.Value = nil
			e := &p.entry().NamespaceSelector.MatchExpressions[0]
			e.Values = append(e.Values, "team-a")
		}},
		{"a template in kube-system", Reach, Warning, "namespace kube-system", with("kube-system", "t", "default", "spec: {}")},
		{"a template of the system's", Reach, OK, "2 namespaces", with("swage-system", "t", "default", "spec: {}")},

		{"a field that does not exist", TemplatesLoad, Failed, "team-a/t/pod.yaml:1|imagePulPolicy|pods start without it", with("team-a", "t", "default", "spec: {imagePulPolicy: x}")},
		{"a named template", TemplatesLoad, Failed, "pods that ask for it are denied", with("team-a", "t", "named", "spec: {x: 1}")},
		{"an enforced template", TemplatesLoad, Failed, "Spark's pods in its reach are denied", with("team-a", "t", "enforced", "spec: {x: 1}")},
		{"a mode that is none", TemplatesLoad, Failed, "team-a/t|it reaches no pod", with("team-a", "t", "defaults", "spec: {}")},
		{"a selector that could change its mind", TemplatesLoad, Failed, "team-a/t: its selector", with("team-a", "t", "default", "metadata: {labels: {a: b}}", "swage.dev/select", "!a")},
		{"R34: more text than the server's flag allows", TemplatesLoad, Failed, "the limit is 10", func(_ *testing.T, p *patient) {
			args := &p.deployment().Spec.Template.Spec.Containers[0].Args
			*args = append(*args, "--max-template-bytes=10")
		}},

		{"R33: a replica remembers", TemplatesStale, Warning, "1 template of mode named|pods that ask for it are denied", stale("1", "1")},
		{"R33: one remembers, another does not", TemplatesStale, Failed, "replicas differ: |1 template", stale("1", "0")},

		{"a class that nobody has", TemplatesUsed, Warning, `team-a/t is for the class "gpu"`, func(_ *testing.T, p *patient) {
			cm := template("team-a", "t", "default", "spec: {}")
			cm.Labels[podtemplate.ClassLabel] = "gpu"
			p.Templates.Value = append(p.Templates.Value, cm)
		}},
		{"namespaces that there are none of", TemplatesUsed, Warning, `swage-system/t is for the namespaces "env=test"`, with("swage-system", "t", "default", "spec: {}", "swage.dev/namespaces", "env=test")},
		{"namespaces that are there", TemplatesUsed, OK, "", with("swage-system", "t", "default", "spec: {}", "swage.dev/namespaces", "env=prod")},

		{"somebody else's Deployment with Swage's labels", InstallationsCheck, Warning, "namespace team-a|no registration calls its Service team-a/mine", func(_ *testing.T, p *patient) {
			p.Uncalled = []Place{{"team-a", "mine"}}
		}},
		{"R38: two installations for the same pods", InstallationsCheck, Failed, "swage-system/swage-webhook and swage-system/swage-b-webhook both shape Spark's pods in default, team-a", func(_ *testing.T, p *patient) { p.second(nil) }},
		{"R38: two, for namespaces of their own", InstallationsCheck, OK, "2 installations", func(_ *testing.T, p *patient) {
			p.second(&metav1.LabelSelector{MatchLabels: map[string]string{"spark": "b"}})
		}},
	}
}

// second adds an installation of which only the registration is there, and which is not looked at by itself.
func (p *patient) second(namespaces *metav1.LabelSelector) {
	c := admissionv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "01-swage-b"}, Webhooks: []admissionv1.MutatingWebhook{*p.entry().DeepCopy()}}
	c.Webhooks[0].ClientConfig.Service.Name = "swage-b-webhook"
	if namespaces != nil {
		c.Webhooks[0].NamespaceSelector = namespaces
	}
	p.Mutating.Value = append(p.Mutating.Value, c)
	second := *p.in()
	second.Place.Service = "swage-b-webhook"
	p.Installations = append(p.Installations, second)
}
