package doctor

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func serverRows() []row {
	return []row{
		{"no Deployment", Replicas, Failed, "no Deployment in namespace swage-system", func(_ *testing.T, p *patient) {
			p.in().Deployments.Value, p.in().Rights.Value, p.in().Pods.Value = nil, nil, nil
		}},
		{"none is ready", Replicas, Failed, "none of 2 replicas is ready", func(_ *testing.T, p *patient) { p.deployment().Status.ReadyReplicas = 0 }},
		{"scaled to none", Replicas, Failed, "scaled to 0", func(_ *testing.T, p *patient) { p.deployment().Spec.Replicas = new(int32(0)) }},
		{"one of two is ready", Replicas, Warning, "1 of 2 replicas", func(_ *testing.T, p *patient) { p.deployment().Status.ReadyReplicas = 1 }},
		{"one is all", Replicas, Warning, "one replica", func(_ *testing.T, p *patient) {
			p.deployment().Spec.Replicas, p.deployment().Status.ReadyReplicas = nil, 1
		}},

		{"no Service", ServiceCheck, Failed, "swage-system/swage-webhook|does not exist", func(_ *testing.T, p *patient) { p.in().Service.Value = nil }},
		{"a Service without the port", ServiceCheck, Failed, "no port 443", func(_ *testing.T, p *patient) { p.in().Service.Value.Spec.Ports[0].Port = 8443 }},
		{"no endpoint", ServiceCheck, Failed, "no ready endpoint at port 443", func(_ *testing.T, p *patient) { p.in().Slices.Value = nil }},
		{"no endpoint that is ready", ServiceCheck, Failed, "no ready endpoint", func(_ *testing.T, p *patient) {
			for i := range p.in().Slices.Value[0].Endpoints {
				p.in().Slices.Value[0].Endpoints[i].Conditions.Ready = new(false)
			}
		}},
		{"endpoints of another port", ServiceCheck, Failed, "no ready endpoint", func(_ *testing.T, p *patient) { p.in().Slices.Value[0].Ports[0].Name = new("status") }},
		{"pods with two addresses each, of two families", ServiceCheck, OK, "and 2 ready endpoints", func(_ *testing.T, p *patient) {
			four := &p.in().Slices.Value[0]
			for i, pod := range []string{"one", "two"} {
				four.Endpoints[i].TargetRef = &corev1.ObjectReference{Kind: "Pod", Namespace: "swage-system", Name: pod}
			}
			six := *four.DeepCopy()
			six.Endpoints[0].Addresses, six.Endpoints[1].Addresses = []string{"fd00::1"}, []string{"fd00::2"}
			p.in().Slices.Value = append(p.in().Slices.Value, six)
		}},
		{"two servers at one address, that somebody else wrote down", ServiceCheck, OK, "and 2 ready endpoints", func(_ *testing.T, p *patient) {
			one := &p.in().Slices.Value[0]
			one.Endpoints, one.Ports[0].Port = one.Endpoints[:1], new(int32(8443))
			two := *one.DeepCopy()
			two.Ports[0].Port = new(int32(8444))
			p.in().Slices.Value = append(p.in().Slices.Value, two)
		}},
		{"an address that is in two slices for a moment", ServiceCheck, OK, "and 2 ready endpoints", func(_ *testing.T, p *patient) {
			p.in().Slices.Value = append(p.in().Slices.Value, *p.in().Slices.Value[0].DeepCopy())
		}},
		{"the port that is meant where none is named", ServiceCheck, OK, "2 ready endpoints", func(_ *testing.T, p *patient) { p.entry().ClientConfig.Service.Port = nil }},
	}
}

func placeRows() []row {
	return []row{
		{"both on one node of three", Spread, Warning, "on the node node-a, of 3", func(_ *testing.T, p *patient) { p.in().Pods.Value[1].Spec.NodeName = "node-a" }},
		{"both in one zone of two", Spread, Warning, `in the zone "b", of 2`, func(_ *testing.T, p *patient) { p.in().Pods.Value[0].Spec.NodeName = "node-c" }},
		{"both on the only node that takes pods", Spread, OK, "1 node in 1 zone", func(_ *testing.T, p *patient) {
			p.in().Pods.Value[1].Spec.NodeName = "node-a"
			p.Nodes.Value[1].Spec.Unschedulable = true
			p.Nodes.Value[2].Spec.Taints = []corev1.Taint{{Key: "gpu", Effect: corev1.TaintEffectNoSchedule}}
		}},
		{"both in the only zone that takes pods", Spread, OK, "2 nodes in 1 zone", func(_ *testing.T, p *patient) {
			p.in().Pods.Value[0].Spec.NodeName = "node-c"
			p.Nodes.Value[0].Spec.Taints = []corev1.Taint{{Key: "gpu", Effect: corev1.TaintEffectNoExecute}}
		}},
		{"a cluster without zones", Spread, OK, "2 replicas on 2 nodes", func(_ *testing.T, p *patient) {
			p.Nodes.Value = []Node{node("node-a", ""), node("node-b", ""), node("node-c", "")}
		}},
		{"nodes outside of zones are none of them", Spread, OK, "2 nodes in 1 zone", func(_ *testing.T, p *patient) {
			p.Nodes.Value = []Node{node("node-a", "a"), node("node-b", "a"), node("control-plane", "")}
		}},
		{"both on the only node", Spread, OK, "1 node in 1 zone", func(_ *testing.T, p *patient) {
			p.in().Pods.Value[1].Spec.NodeName = "node-a"
			p.Nodes.Value = p.Nodes.Value[:1]
		}},
		{"no budget", Disruption, Warning, "no PodDisruptionBudget", func(_ *testing.T, p *patient) { p.in().Budgets.Value = nil }},
		{"a budget for others", Disruption, Warning, "no PodDisruptionBudget", func(_ *testing.T, p *patient) {
			p.in().Budgets.Value[0].Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "other"}}
		}},
		{"a budget that lets none go", Disruption, Warning, "nodes cannot be drained", func(_ *testing.T, p *patient) { p.in().Budgets.Value[0].Spec.MaxUnavailable = new(intstr.FromInt32(0)) }},
		{"a second budget, with which Kubernetes evicts none", Disruption, Warning, "2 budgets (swage-webhook, swage-webhook) are for deployment swage-system/swage-webhook|nodes cannot be drained", func(_ *testing.T, p *patient) {
			everything := *p.in().Budgets.Value[0].DeepCopy()
			everything.Spec.Selector = &metav1.LabelSelector{}
			p.in().Budgets.Value = append(p.in().Budgets.Value, everything)
		}},
		{"a second budget, without a selector", Disruption, OK, "keeps a replica", func(_ *testing.T, p *patient) {
			nobody := *p.in().Budgets.Value[0].DeepCopy()
			nobody.Spec.Selector = nil
			p.in().Budgets.Value = append(p.in().Budgets.Value, nobody)
		}},
	}
}

func certificateRows() []row {
	return []row{
		{"a certificate in its last week", CertificateExpiry, Warning, "ends in 3 days", func(t *testing.T, p *patient) {
			p.in().Served.Value[0].Chain = p.ca.issue(t, p.in().host(), now.Add(-87*day), now.Add(3*day))
		}},
		{"one of a day, in the middle of it", CertificateExpiry, OK, "another 12 hours", func(t *testing.T, p *patient) {
			p.in().Served.Value[0].Chain = p.ca.issue(t, p.in().host(), now.Add(-day/2), now.Add(day/2))
		}},
		{"one of a day, in its last hours", CertificateExpiry, Warning, "ends in 3 hours", func(t *testing.T, p *patient) {
			p.in().Served.Value[0].Chain = p.ca.issue(t, p.in().host(), now.Add(-21*day/24), now.Add(3*day/24))
		}},
		{"a certificate that has ended", CertificateExpiry, Failed, "ended on 2026-10-31", func(t *testing.T, p *patient) {
			p.in().Served.Value[0].Chain = p.ca.issue(t, p.in().host(), now.Add(-90*day), now.Add(-day))
		}},
		{"a certificate that has not begun", CertificateExpiry, Failed, "later than this machine's clock", func(t *testing.T, p *patient) {
			p.in().Served.Value[0].Chain = p.ca.issue(t, p.in().host(), now.Add(day), now.Add(90*day))
		}},
		{"an authority in its last week", CertificateExpiry, Warning, `"authority" ends in 2 days`, func(t *testing.T, p *patient) {
			old := newAuthority(t, now.Add(2*day))
			p.entry().ClientConfig.CABundle, p.checking().ClientConfig.CABundle = old.pem(), old.pem()
			for i := range p.in().Served.Value {
				p.in().Served.Value[i].Chain = old.issue(t, p.in().host(), now.Add(-30*day), now.Add(60*day))
			}
		}},
	}
}

func callRows() []row {
	return []row{
		{"no account is named, so that it is the namespace's own", ServerRightsCheck, Failed, "system:serviceaccount:swage-system:default may not", func(_ *testing.T, p *patient) {
			p.deployment().Spec.Template.Spec.ServiceAccountName = ""
			p.in().Rights.Value[0].Allowed = false
		}},
		{"a right of the server's is missing", ServerRightsCheck, Failed, "system:serviceaccount:swage-system:swage-webhook may not get configmaps", func(_ *testing.T, p *patient) { p.in().Rights.Value[0].Allowed = false }},
		{"passed unseen", Called, Failed, "created without the server", func(_ *testing.T, p *patient) { p.in().Answer.Value.Passed = true }},
		{"the call fails", Called, Failed, "cannot call the server: |connection refused", func(_ *testing.T, p *patient) {
			p.in().Answer.Value.Code, p.in().Answer.Value.Refusal = 500, `failed calling webhook "shape.swage.dev": connection refused`
		}},
		{"templates deny the pod", Called, OK, "which templates deny: |template x", func(_ *testing.T, p *patient) {
			p.in().Answer.Value.Code, p.in().Answer.Value.Refusal = 403, `admission webhook "shape.swage.dev" denied the request: template x`
		}},
		{"somebody else refuses the pod", Called, Unknown, "somebody else: exceeded quota", func(_ *testing.T, p *patient) {
			p.in().Answer.Value.Code, p.in().Answer.Value.Refusal = 403, "exceeded quota"
		}},

		{"replicas of two images", Versions, Warning, "swage-webhook:1.2.0, swage-webhook:1.3.0", func(_ *testing.T, p *patient) { p.in().Pods.Value[1].Spec.Containers[0].Image = "swage-webhook:1.3.0" }},
		{"a proxy that was put beside one replica", Versions, OK, "the server is swage-webhook:1.2.0", func(_ *testing.T, p *patient) {
			replica := &p.in().Pods.Value[0].Spec
			replica.Containers = append([]corev1.Container{{Name: "proxy", Image: "proxy:7"}}, replica.Containers...)
		}},
		{"a registration of another version", Versions, Warning, "the registration is of version 1.1.0", func(_ *testing.T, p *patient) { p.Mutating.Value[0].Labels[versionLabel] = "1.1.0" }},
		{"another version of this program", Versions, Warning, "this program is 1.1.0, the server 1.2.0", func(_ *testing.T, p *patient) { p.Facts.Version = "1.1.0" }},
		{"a build of this program that is no release", Versions, OK, "this program is no release", func(_ *testing.T, p *patient) { p.Facts.Version = "v0.0.0-20261101120000-0123456789ab+dirty" }},
		{"the same version, written with a v", Versions, OK, "this program is v1.2.0", func(_ *testing.T, p *patient) { p.Facts.Version = "v1.2.0" }},
	}
}

func counterRows() []row {
	return []row{
		{"calls failed", Refusals, Warning, "refused 3 requests|1 more", func(_ *testing.T, p *patient) {
			p.Counters.Value = ParseSamples(`# HELP x
apiserver_admission_webhook_rejection_count{error_type="calling_webhook_error",name="shape.swage.dev",operation="CREATE",rejection_code="0",type="admit"} 3
apiserver_admission_webhook_rejection_count{error_type="no_error",name="shape.swage.dev",operation="CREATE",rejection_code="403",type="admit"} 1
apiserver_admission_webhook_rejection_count{error_type="calling_webhook_error",name="other",operation="CREATE",rejection_code="0",type="admit"} 9
`, RejectionsMetric, FailedOpenMetric)
		}},
		{"for how long the API server has counted", Refusals, OK, "since this API server started (3 days ago), ", func(_ *testing.T, p *patient) {
			p.Counters.Value = ParseSamples(StartMetric+" 1793275200", StartMetric)
		}},
		{"somebody else's calls failed", Refusals, OK, "refused 0 requests", func(_ *testing.T, p *patient) {
			p.Counters.Value = ParseSamples(RejectionsMetric+`{error_type="calling_webhook_error",name="other"} 9`, RejectionsMetric)
		}},
		{"pods passed", FailedOpen, Warning, "2 requests passed", func(_ *testing.T, p *patient) {
			p.Counters.Value = ParseSamples(FailedOpenMetric+`{name="shape.swage.dev",type="admit"} 2`, FailedOpenMetric)
		}},
	}
}

func policyRows() []row {
	const selectAll = "selects every pod"
	return []row{
		{"Ignore, and a template is enforced", FailurePolicy, Warning, "team-a/must", func(_ *testing.T, p *patient) {
			p.entry().FailurePolicy = new(admissionv1.Ignore)
			p.Templates.Value = append(p.Templates.Value, template("team-a", "must", "enforced", "spec: {hostNetwork: false}"))
		}},
		{"Ignore for other namespaces than that of the enforced template", FailurePolicy, OK, "Ignore (shape.swage.dev)", func(_ *testing.T, p *patient) {
			fails := *p.Mutating.Value[0].DeepCopy()
			fails.Name, fails.Webhooks[0].NamespaceSelector = "01-swage", &metav1.LabelSelector{MatchLabels: map[string]string{"env": "prod"}}
			p.Mutating.Value = append(p.Mutating.Value, fails)
			p.entry().FailurePolicy = new(admissionv1.Ignore)
			p.entry().NamespaceSelector.MatchExpressions = append(p.entry().NamespaceSelector.MatchExpressions, metav1.LabelSelectorRequirement{Key: "env", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"prod"}})
			p.Templates.Value = append(p.Templates.Value, template("team-a", "must", "enforced", "spec: {hostNetwork: false}"))
		}},
		{"Ignore, and an enforced template of the system's", FailurePolicy, Warning, "swage-system/must", func(_ *testing.T, p *patient) {
			p.entry().FailurePolicy = new(admissionv1.Ignore)
			p.Templates.Value = append(p.Templates.Value, template("swage-system", "must", "enforced", "spec: {hostNetwork: false}"))
		}},
		{"Ignore, and none is", FailurePolicy, OK, "Ignore", func(_ *testing.T, p *patient) { p.entry().FailurePolicy = new(admissionv1.Ignore) }},
		{"Fail in kube-system", Exclusions, Warning, "reaches kube-system", func(_ *testing.T, p *patient) {
			p.entry().NamespaceSelector.MatchExpressions[0].Values = []string{"swage-system"}
		}},
		{"Fail in its own namespace", Exclusions, Warning, "its own namespace swage-system", func(_ *testing.T, p *patient) {
			p.entry().NamespaceSelector.MatchExpressions[0].Values = []string{"kube-system"}
		}},
		{"Fail for its own pods", Exclusions, Failed, "none can start", func(_ *testing.T, p *patient) {
			p.entry().NamespaceSelector.MatchExpressions[0].Values = []string{"kube-system"}
			p.entry().ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "swage"}}
		}},
		{"Fail for all pods", Exclusions, Failed, selectAll, func(_ *testing.T, p *patient) { p.entry().ObjectSelector = nil }},
		{"Ignore for all pods", Exclusions, OK, "", func(_ *testing.T, p *patient) {
			p.entry().ObjectSelector, p.entry().FailurePolicy = nil, new(admissionv1.Ignore)
		}},
		{"too short for look-ups", Timeout, Warning, "1s", func(_ *testing.T, p *patient) { p.entry().TimeoutSeconds = new(int32(1)) }},
		{"too short for look-ups that may take longer", Timeout, Warning, "5s", func(_ *testing.T, p *patient) {
			args := &p.deployment().Spec.Template.Spec.Containers[0].Args
			*args = append(*args, "--lookup-timeout=5s")
		}},
		{"longer than clients wait", Timeout, Warning, "30s", func(_ *testing.T, p *patient) { p.entry().TimeoutSeconds = new(int32(30)) }},
		{"Kubernetes' default", Timeout, OK, "", func(_ *testing.T, p *patient) { p.entry().TimeoutSeconds = nil }},
		{"not called again", Settings, Warning, "reinvocationPolicy", func(_ *testing.T, p *patient) { p.entry().ReinvocationPolicy = nil }},
		{"exact matches only", Settings, Warning, "matchPolicy", func(_ *testing.T, p *patient) { p.entry().MatchPolicy = new(admissionv1.Exact) }},
		{"side effects", Settings, Warning, "dry runs", func(_ *testing.T, p *patient) { p.entry().SideEffects = new(admissionv1.SideEffectClassSome) }},
		{"mirror pods", Settings, Warning, "mirror pods", func(_ *testing.T, p *patient) { p.entry().MatchConditions = nil }},
	}
}

func accountRows() []row {
	lose := func(asked []Asked, right string) {
		for i := range asked {
			if asked[i].Right.String() == right {
				asked[i].Allowed = false
			}
		}
	}
	return []row{
		{"no account", DriverRightsCheck, Failed, "no service account spark", func(_ *testing.T, p *patient) { p.Spark.Exists.Value = false }},
		{"a driver that sees no pods", DriverRightsCheck, Failed, "may not list pods in namespace team-a", func(_ *testing.T, p *patient) { lose(p.Spark.Driver.Value, "list pods in namespace team-a") }},
		{"a driver that makes no pods", DriverRightsCheck, Warning, "--executors-by submitter", func(_ *testing.T, p *patient) { lose(p.Spark.Driver.Value, "create pods in namespace team-a") }},
		{"a driver that cleans nothing up", DriverRightsCheck, Warning, "leave executors", func(_ *testing.T, p *patient) {
			lose(p.Spark.Driver.Value, "deletecollection services in namespace team-a")
		}},
		{"R36: a driver that may write templates", DriverRightsCheck, Failed, "may shape other people's pods", func(_ *testing.T, p *patient) {
			p.Spark.Driver.Value[len(p.Spark.Driver.Value)-1].Allowed = true
		}},
		{"a submitter that makes no Services", SubmitRightsCheck, Failed, "you may not create services in namespace team-a", func(_ *testing.T, p *patient) { lose(p.Spark.Submit.Value, "create services in namespace team-a") }},
		{"an account that submits without Jobs", SubmitRightsCheck, Warning, "service account team-a/airflow may not create jobs.batch|--retries", func(_ *testing.T, p *patient) {
			p.Spark.Submitter = "airflow"
			lose(p.Spark.Submit.Value, "create jobs.batch in namespace team-a")
		}},
	}
}
