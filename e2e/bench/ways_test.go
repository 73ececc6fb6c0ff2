package bench

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

// What each way adds: a label, a node selector, a toleration, a volume and its
// mount. All ways add the same; the way "swage-sidecar" adds more.
const (
	constantPatch = `[
		{"op":"add","path":"/metadata/labels/team","value":"risk"},
		{"op":"add","path":"/spec/nodeSelector","value":{"pool":"batch"}},
		{"op":"add","path":"/spec/tolerations/-","value":{"key":"spot","operator":"Exists","effect":"NoSchedule"}},
		{"op":"add","path":"/spec/volumes/-","value":{"name":"truststore","secret":{"secretName":"truststore"}}},
		{"op":"add","path":"/spec/containers/0/volumeMounts/-","value":{"name":"truststore","mountPath":"/etc/truststore"}}]`

	policyPatch = `[
		JSONPatch{op: "add", path: "/metadata/labels/team", value: "risk"},
		JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"pool": "batch"}},
		JSONPatch{op: "add", path: "/spec/tolerations/-", value: Object.spec.tolerations{key: "spot", operator: "Exists", effect: "NoSchedule"}},
		JSONPatch{op: "add", path: "/spec/volumes/-", value: Object.spec.volumes{name: "truststore", secret: Object.spec.volumes.secret{secretName: "truststore"}}},
		JSONPatch{op: "add", path: "/spec/containers/0/volumeMounts/-", value: Object.spec.containers.volumeMounts{name: "truststore", mountPath: "/etc/truststore"}}]`

	smallTemplate = `
metadata:
  labels: {team: risk}
spec:
  nodeSelector: {pool: batch}
  tolerations:
  - {key: spot, operator: Exists, effect: NoSchedule}
  volumes:
  - {name: truststore, secret: {secretName: truststore}}
  containers:
  - name: spark
    volumeMounts:
    - {name: truststore, mountPath: /etc/truststore}
`

	// largeTemplate has a sidecar: the API server mounts the account's token
	// into it and then calls the webhook a second time.
	largeTemplate = smallTemplate + `
    env:
    - {name: AWS_REGION, value: eu-central-1}
    - {name: HTTP_PROXY, value: "http://proxy.internal:3128"}
    securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true}
  - name: agent
    image: registry.internal/agent:1.4.2
    resources: {requests: {cpu: 50m, memory: 64Mi}}
    volumeMounts:
    - {name: truststore, mountPath: /etc/truststore}
  terminationGracePeriodSeconds: 90
  securityContext: {fsGroup: 1000}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: topology.kubernetes.io/zone, operator: In, values: [zone-a, zone-b]}
`
)

func nothing(*testing.B, *world, *way) {}

func (way *way) selector() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{wayLabel: way.name}}
}

// policy is a MutatingAdmissionPolicy: it runs within the API server.
func policy(b *testing.B, w *world, way *way) {
	b.Helper()
	admission := w.cluster.Client().AdmissionregistrationV1()
	meta := metav1.ObjectMeta{Name: "bench"}
	object := webhooktest.Configuration(webhooktest.Endpoint{}, webhooktest.Options{}).Webhooks[0].ObjectSelector
	_, err := admission.MutatingAdmissionPolicies().Create(b.Context(), &admissionv1.MutatingAdmissionPolicy{
		ObjectMeta: meta,
		Spec: admissionv1.MutatingAdmissionPolicySpec{
			FailurePolicy:      new(admissionv1.Fail),
			ReinvocationPolicy: admissionv1.NeverReinvocationPolicy,
			MatchConstraints: &admissionv1.MatchResources{
				NamespaceSelector: way.selector(), ObjectSelector: object,
				ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
					Operations: []admissionv1.OperationType{admissionv1.Create},
					Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
				}}},
			},
			Mutations: []admissionv1.Mutation{{PatchType: admissionv1.PatchTypeJSONPatch, JSONPatch: &admissionv1.JSONPatch{Expression: policyPatch}}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
	_, err = admission.MutatingAdmissionPolicyBindings().Create(b.Context(), &admissionv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: meta, Spec: admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: meta.Name},
	}, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
}

// constant is a webhook that looks at nothing: what the call alone costs.
func constant(b *testing.B, w *world, way *way) {
	b.Helper()
	endpoint := webhooktest.Serve(b, w.cluster.CA(), webhooktest.ConstantPatch([]byte(constantPatch)))
	config := webhooktest.Configuration(endpoint, webhooktest.Options{Edit: func(config *admissionv1.MutatingWebhookConfiguration) {
		config.Name = "bench-constant"
		config.Webhooks[0].NamespaceSelector = way.selector()
		config.Webhooks[0].ReinvocationPolicy = new(admissionv1.NeverReinvocationPolicy)
	}})
	_, err := w.cluster.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Create(b.Context(), config, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
}

// template is Swage with a default template.
func template(text string) func(*testing.B, *world, *way) {
	return func(b *testing.B, w *world, way *way) {
		b.Helper()
		cm := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: "bench", Labels: map[string]string{podtemplate.TemplateLabel: string(podtemplate.Default)}},
			Data:       map[string]string{"executor.yaml": text},
		}
		if _, err := w.cluster.Client().CoreV1().ConfigMaps(way.namespace).Create(b.Context(), cm, metav1.CreateOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
