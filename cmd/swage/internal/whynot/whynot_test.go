package whynot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/whynot"
)

type edit = func(*admissionv1.MutatingWebhookConfiguration)

// rows are what the transcripts of the command do not have: registrations that
// somebody wrote otherwise, and what only a cluster tells.
var rows = []struct {
	rule    string
	cluster whynot.Cluster
	edits   []edit // one registration each
	pod     string
	link    string
	status  whynot.Status
	says    string
	outcome whynot.Outcome
}{
	{rule: "no registration at all", pod: fresh, link: "registration", status: "stopped", says: "no MutatingWebhookConfiguration calls Swage, of 0 that there are", outcome: "not-shaped"},
	{
		rule: "another product's registration is none", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].Name, c.Webhooks[0].ClientConfig.Service.Path = "inject.mesh.io", new("/mutate")
		}},
		pod: fresh, link: "registration", status: "stopped", says: "of 1 that there are", outcome: "not-shaped",
	},
	{
		rule: "ours at a path that the server does not serve", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].ClientConfig.Service.Path = new("/mutate")
		}},
		pod: fresh, link: "registration", status: "stopped", says: "shape.swage.dev calls the path /mutate, which is none of the server's", outcome: "denied",
	},
	{
		rule: "or passes unshaped under Ignore, as with no server", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].ClientConfig.Service.Path, c.Webhooks[0].FailurePolicy = new("/mutate"), new(admissionv1.Ignore)
		}},
		pod: fresh, link: "registration", status: "stopped", says: "calls the path /mutate", outcome: "not-shaped",
	},
	{
		rule: "a rule for what is of no namespace", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].Rules[0].Scope = new(admissionv1.ClusterScope)
		}},
		pod: fresh, link: "registration", status: "stopped", says: "has no rule for CREATE of pods", outcome: "not-shaped",
	},
	{
		rule: "one that may not be read is taken to be the chart's", cluster: whynot.Cluster{NoConfigurations: "you may not read them"},
		pod: fresh, link: "registration", status: "unknown", says: "you may not read them: taken to be the chart's", outcome: "shaped",
	},
	{
		rule: "a rule that leaves the creation of pods out", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].Rules[0].Operations = []admissionv1.OperationType{"UPDATE"}
		}},
		pod: fresh, link: "registration", status: "stopped", says: "has no rule for CREATE of pods", outcome: "not-shaped",
	},
	{
		rule: "a server outside of the cluster", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].ClientConfig = admissionv1.WebhookClientConfig{URL: new("https://swage.example.com:8443/shape")}
		}},
		pod: fresh, link: "registration", status: "passed", says: "calls https://swage.example.com:8443/shape", outcome: "shaped",
	},
	{
		rule: "a condition in CEL that is not the chart's", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].MatchConditions = []admissionv1.MatchCondition{{Name: "mine", Expression: "object.spec.x == 1"}}
		}},
		pod: fresh, link: "matchConditions", status: "unknown", says: "which only the API server reads: mine (object.spec.x == 1)", outcome: "shaped",
	},
	{
		rule: "a registration that was changed after the pod's creation", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl-edit", Time: &metav1.Time{Time: time.Unix(3000, 0)}, FieldsV1: metav1.NewFieldsV1(`{"f:webhooks":{"f:objectSelector":{}}}`)}}
		}},
		pod: stored, link: "age", status: "passed", says: "kubectl-edit changed it at 1970-01-01T00:50:00Z", outcome: "not-shaped",
	},
	{
		rule: "the server that writes its bundle is no change", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "swage-webhook", Time: &metav1.Time{Time: time.Unix(3000, 0)}, FieldsV1: metav1.NewFieldsV1(`{"f:webhooks":{"f:clientConfig":{"f:caBundle":{}}}}`)}}
		}},
		pod: stored, link: "age", status: "passed", says: "and 00-swage before it", outcome: "not-shaped",
	},
	{rule: "older than its registration", edits: []edit{nil}, pod: old, link: "age", status: "stopped", says: "created at 1970-01-01T00:08:20Z, and 00-swage at 1970-01-01T00:16:40Z", outcome: "not-shaped"},
	{
		rule: "without an answer under Fail something was changed since", edits: []edit{nil}, cluster: whynot.Cluster{Replicas: &whynot.Replicas{Ready: 1, All: 2, Since: time.Unix(2500, 0)}},
		pod: stored, link: "answer", status: "stopped", says: "somebody changed since", outcome: "not-shaped",
	},
	{
		rule: "with no replica ready a new pod is refused", edits: []edit{nil}, cluster: whynot.Cluster{Replicas: &whynot.Replicas{All: 2}},
		pod: fresh, link: "answer", status: "stopped", says: "0 of 2 replicas are ready: now the pod would be refused", outcome: "denied",
	},
	{
		rule: "or passes unshaped under Ignore", edits: []edit{func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Webhooks[0].FailurePolicy = new(admissionv1.Ignore)
		}},
		cluster: whynot.Cluster{Replicas: &whynot.Replicas{All: 2}},
		pod:     fresh, link: "answer", status: "stopped", says: "now the pod would pass unshaped", outcome: "not-shaped",
	},
	{
		rule: "templates that may not be read are not known to be none", edits: []edit{nil}, cluster: whynot.Cluster{NoTemplates: "you may not read the configmaps of namespace swage-system"},
		pod: strings.ReplaceAll(fresh, `"team"`, `"empty"`), link: "templates", status: "unknown", says: "you may not read", outcome: "unknown",
	},
}

func TestLinks(t *testing.T) {
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			for _, e := range row.edits {
				row.cluster.Configurations = append(row.cluster.Configurations, registered("00-swage", "/shape", e))
			}
			r := walk(t, &row.cluster, row.pod, "swage-system", template)
			if got := link(t, r, row.link); got.Status != row.status || !strings.Contains(got.Evidence, row.says) || r.Outcome != row.outcome {
				t.Errorf("%s: %s %q", r.Outcome, got.Status, got.Evidence)
			}
			if (r.StoppedAt == "") != (r.Advice == "") {
				t.Errorf("stopped at %q, and the advice is %q", r.StoppedAt, r.Advice)
			}
		})
	}
}

// Of several webhooks the one counts that the pod gets farthest with; a pod that
// two recognise is the first one's, by the condition that the chart writes.
func TestRecognisers(t *testing.T) {
	c := registered("00-swage", "/shape", func(c *admissionv1.MutatingWebhookConfiguration) {
		for i, name := range []string{"zeppelin", "airflow"} {
			w := *c.Webhooks[0].DeepCopy()
			w.Name = name + ".shape.swage.dev"
			w.ClientConfig.Service.Path = new("/shape/driver/" + name)
			w.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"kind": "notebook"}}
			if i == 1 {
				w.ObjectSelector.MatchLabels = map[string]string{"team": "x"}
				w.MatchConditions = []admissionv1.MatchCondition{{Name: "not-zeppelin", Expression: "!(...)"}}
			}
			c.Webhooks = append(c.Webhooks, w)
		}
	})
	for labels, want := range map[string]string{
		`{"kind":"notebook"}`:            "zeppelin.shape.swage.dev selects kind=notebook",
		`{"team":"x"}`:                   "airflow.shape.swage.dev selects team=x",
		`{"kind":"notebook","team":"x"}`: "zeppelin.shape.swage.dev selects kind=notebook",
	} {
		pod := fmt.Sprintf(`{"metadata":{"name":"p","namespace":"team","labels":%s},"spec":{}}`, labels)
		r := walk(t, &whynot.Cluster{Configurations: []admissionv1.MutatingWebhookConfiguration{c}}, pod, "swage-system", template)
		if got := link(t, r, "objectSelector"); got.Evidence != want || r.Outcome != whynot.Shaped {
			t.Errorf("%s: %s, %q", labels, r.Outcome, got.Evidence)
		}
	}
}

// A namespaced installation shapes its own namespace, by its own templates only.
func TestANamespacedInstallation(t *testing.T) {
	c := registered("00-swage", "/shape", func(c *admissionv1.MutatingWebhookConfiguration) {
		c.Webhooks[0].ClientConfig.Service.Namespace = "team"
		c.Webhooks[0].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: "team"}}
	})
	cluster := &whynot.Cluster{Configurations: []admissionv1.MutatingWebhookConfiguration{c}}
	if r := walk(t, cluster, fresh, "", template); r.Outcome != whynot.Shaped {
		t.Errorf("got %+v", r)
	}
	namespace, service, namespaced := whynot.Server(cluster.Configurations, cluster.Pods.All[0], nil, false)
	if namespace != "team" || service != "swage-webhook" || !namespaced {
		t.Errorf("the server is %s/%s, namespaced %v", namespace, service, namespaced)
	}
}

// Scheduling gates that templates add are lifted one day: nobody undid them.
func TestALiftedGateIsNotUndone(t *testing.T) {
	cluster := func() *whynot.Cluster {
		return &whynot.Cluster{Configurations: []admissionv1.MutatingWebhookConfiguration{registered("00-swage", "/shape", nil)}}
	}
	digest := walk(t, cluster(), fresh, "swage-system", template).Templates[0].Digest
	annotation := fmt.Sprintf(`"annotations":{"swage.dev/shaped":%q},`, `{"v":1,"templates":["team/base@`+digest+`"]}`)
	shaped := strings.Replace(stored, `"labels"`, annotation+`"labels"`, 1)
	lifted := strings.Replace(shaped, `"spec":{}`, `"spec":{"nodeSelector":{"a":"b"}}`, 1)
	if r := walk(t, cluster(), lifted, "swage-system", template); r.Outcome != whynot.Shaped {
		t.Errorf("lifted: %+v", r)
	}
	r := walk(t, cluster(), shaped, "swage-system", template)
	if got := link(t, r, "fields"); r.Outcome != whynot.PartlyShaped || len(got.Details) != 1 || got.Details[0] != "/spec/nodeSelector/a: add by team/base/pod.yaml" {
		t.Errorf("undone: %+v", got)
	}
}

func TestCount(t *testing.T) {
	ready := func(at int64, status corev1.ConditionStatus) corev1.Pod {
		return corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status, LastTransitionTime: metav1.Unix(at, 0)}}}}
	}
	r := whynot.Count([]corev1.Pod{ready(30, "True"), ready(20, "True"), ready(10, "False"), {}})
	if r.Ready != 2 || r.All != 4 || r.Since.Unix() != 20 {
		t.Errorf("got %+v", r)
	}
}
