package doctor

import (
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/version"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// patient is facts of an installation that is well, and who issued its certificate.
type patient struct {
	*Facts
	ca *authority
}

func (p *patient) in() *Installation { return &p.Installations[0] }

func (p *patient) entry() *admissionv1.MutatingWebhook { return &p.Mutating.Value[0].Webhooks[0] }

func (p *patient) checking() *admissionv1.ValidatingWebhook {
	return &p.Validating.Value[0].Webhooks[0]
}

func (p *patient) deployment() *appsv1.Deployment { return &p.in().Deployments.Value[0] }

func healthy(t *testing.T) *patient {
	t.Helper()
	p := &patient{ca: newAuthority(t, now.Add(90*day))}
	reference := func(path string) *admissionv1.ServiceReference {
		return &admissionv1.ServiceReference{Namespace: "swage-system", Name: "swage-webhook", Path: &path, Port: new(int32(443))}
	}
	p.Facts = &Facts{
		Now: now, Version: "1.2.0",
		Kubernetes: Read[version.Info]{Value: version.Info{Major: "1", Minor: "36", GitVersion: "v1.36.3"}},
		Mutating: Read[[]admissionv1.MutatingWebhookConfiguration]{Value: []admissionv1.MutatingWebhookConfiguration{{
			ObjectMeta: metav1.ObjectMeta{Name: "00-swage", Labels: map[string]string{versionLabel: "1.2.0"}},
			Webhooks:   []admissionv1.MutatingWebhook{shaping(reference("/shape"), p.ca.pem())},
		}}},
		Validating: Read[[]admissionv1.ValidatingWebhookConfiguration]{Value: []admissionv1.ValidatingWebhookConfiguration{{
			ObjectMeta: metav1.ObjectMeta{Name: "swage-templates"},
			Webhooks: []admissionv1.ValidatingWebhook{{
				Name: "templates.swage.dev", ClientConfig: admissionv1.WebhookClientConfig{Service: reference(podtemplate.TemplatesPath), CABundle: p.ca.pem()}, FailurePolicy: new(admissionv1.Fail),
				Rules: []admissionv1.RuleWithOperations{writeConfigMaps()},
			}},
		}}},
		Namespaces: Read[[]metav1.PartialObjectMetadata]{Value: []metav1.PartialObjectMetadata{
			named("default", nil), named("kube-system", nil), named("swage-system", nil), named("team-a", map[string]string{"env": "prod"}),
		}},
		Nodes:     Read[[]Node]{Value: []Node{node("node-a", "a"), node("node-b", "b"), node("node-c", "b")}},
		Templates: Read[[]corev1.ConfigMap]{Value: []corev1.ConfigMap{template("team-a", "base", "default", "spec: {priority: 0}")}},
		Counters:  Read[Samples]{Value: Samples{}},
		Spark: &Spark{
			Namespace: "team-a", Account: "spark", Exists: Read[bool]{Value: true},
			Driver: Read[[]Asked]{Value: append(allowed(DriverRights("team-a")[:len(DriverRights("team-a"))-1]), Asked{templateWriting("team-a"), false})},
			Submit: Read[[]Asked]{Value: allowed(SubmitRights("team-a"))},
		},
	}
	p.Templates.Value[0].Data["pod.yaml"] = "spec: {hostNetwork: false}"
	p.Installations = []Installation{installed(t, p.ca)}
	p.in().Rights.Value = allowed(p.in().ServerRights())
	return p
}

func shaping(s *admissionv1.ServiceReference, bundle []byte) admissionv1.MutatingWebhook {
	return admissionv1.MutatingWebhook{
		Name: "shape.swage.dev", ClientConfig: admissionv1.WebhookClientConfig{Service: s, CABundle: bundle},
		Rules: []admissionv1.RuleWithOperations{createPods()}, ObjectSelector: registration.SparkPods(),
		NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
			Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpNotIn, Values: []string{"kube-system", "swage-system"},
		}}},
		MatchConditions: []admissionv1.MatchCondition{{Name: "not-a-mirror-pod", Expression: "!('kubernetes.io/config.mirror' in object.metadata.annotations)"}},
		MatchPolicy:     new(admissionv1.Equivalent), ReinvocationPolicy: new(admissionv1.IfNeededReinvocationPolicy),
		SideEffects: new(admissionv1.SideEffectClassNoneOnDryRun), FailurePolicy: new(admissionv1.Fail), TimeoutSeconds: new(int32(5)),
	}
}

func createPods() admissionv1.RuleWithOperations {
	return admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.Create},
		Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
	}
}

func writeConfigMaps() admissionv1.RuleWithOperations {
	r := createPods()
	r.Resources, r.Operations = []string{"configmaps"}, []admissionv1.OperationType{admissionv1.Create, admissionv1.Update, admissionv1.Delete}
	return r
}

func installed(t *testing.T, ca *authority) Installation {
	t.Helper()
	labels := map[string]string{"app": "swage"}
	container := corev1.Container{
		Name:  "swage-webhook",
		Image: "swage-webhook:1.2.0", Args: []string{"--service=swage-webhook", "--secret=tls", "--configuration=00-swage", "--validating-configuration=swage-templates"},
		Ports: []corev1.ContainerPort{{Name: ServingPort, ContainerPort: 9443}, {Name: StatusPort, ContainerPort: 8080}},
	}
	spec := corev1.PodSpec{ServiceAccountName: "swage-webhook", Containers: []corev1.Container{container}}
	in := Installation{
		Place: Place{"swage-system", "swage-webhook"},
		Deployments: Read[[]appsv1.Deployment]{Value: []appsv1.Deployment{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "swage-system", Name: "swage-webhook", Labels: map[string]string{versionLabel: "1.2.0"}, Annotations: map[string]string{helmRelease: "spark-shapes"}},
			Spec: appsv1.DeploymentSpec{
				Replicas: new(int32(2)), Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
			},
			Status: appsv1.DeploymentStatus{ReadyReplicas: 2},
		}}},
		Service: Read[*corev1.Service]{Value: &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "swage-system", Name: "swage-webhook"},
			Spec:       corev1.ServiceSpec{Selector: labels, Ports: []corev1.ServicePort{{Name: "https", Port: 443}}},
		}},
		Slices: Read[[]discoveryv1.EndpointSlice]{Value: []discoveryv1.EndpointSlice{{
			Ports:     []discoveryv1.EndpointPort{{Name: new("https")}},
			Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}}, {Addresses: []string{"10.0.0.2"}}},
		}}},
		Budgets: Read[[]policyv1.PodDisruptionBudget]{Value: []policyv1.PodDisruptionBudget{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "swage-system", Name: "swage-webhook"},
			Spec:       policyv1.PodDisruptionBudgetSpec{MaxUnavailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: labels}},
		}}},
		Metrics: Read[map[string]Samples]{Value: map[string]Samples{"one": {}, "two": {}}},
		Answer:  Read[Answer]{Value: Answer{Namespace: "team-a"}},
	}
	in.Pods.Value = []corev1.Pod{replica("one", "node-a", spec), replica("two", "node-b", spec)}
	leaf := ca.issue(t, in.host(), now.Add(-30*day), now.Add(60*day))
	in.Served.Value = []Served{{"pod one", leaf}, {"pod two", leaf}}
	return in
}

func replica(name, node string, spec corev1.PodSpec) corev1.Pod {
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: *spec.DeepCopy()}
	pod.Spec.NodeName = node
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	return pod
}

func node(name, zone string) (n Node) {
	n.Metadata.Name, n.Metadata.Labels = name, map[string]string{}
	if zone != "" {
		n.Metadata.Labels[corev1.LabelTopologyZone] = zone
	}
	return n
}

func named(name string, labels map[string]string) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}

func template(namespace, name, mode, text string) corev1.ConfigMap {
	return corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"swage.dev/template": mode}, Annotations: map[string]string{}},
		Data:       map[string]string{"pod.yaml": text},
	}
}

func allowed(rights []Right) (all []Asked) {
	for _, r := range rights {
		all = append(all, Asked{r, true})
	}
	return all
}
