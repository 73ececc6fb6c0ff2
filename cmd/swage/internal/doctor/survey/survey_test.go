package survey_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/cmd/swage/internal/doctor/survey"
	"swage.dev/swage/submitter/apiserver"
)

// world answers paths of the API. Others are forbidden.
type world map[string]any

func (w world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	answer, known := w[r.Method+" "+r.URL.Path]
	if handle, is := answer.(func(*http.Request) any); is {
		answer = handle(r)
	}
	if text, plain := answer.(string); plain {
		_, _ = out.Write([]byte(text))
		return
	}
	if status, refused := answer.(metav1.Status); refused || !known {
		if !refused {
			status = metav1.Status{Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: "forbidden: " + r.URL.Path}
		}
		status.Kind, status.Status = "Status", metav1.StatusFailure
		out.WriteHeader(int(status.Code))
		answer = status
	}
	_ = json.NewEncoder(out).Encode(answer)
}

func items[T any](all ...T) map[string]any { return map[string]any{"items": all} }

func (w world) read(t *testing.T, o survey.Options) *doctor.Facts {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	o.Server, o.Now = apiserver.New(server.URL, server.Client()), time.Unix(1e9, 0)
	facts, err := survey.Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

var notFound = metav1.Status{Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound}

func shaping() admissionv1.MutatingWebhookConfiguration {
	return admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "00-swage"},
		Webhooks: []admissionv1.MutatingWebhook{{Name: "shape.swage.dev", ClientConfig: admissionv1.WebhookClientConfig{
			Service: &admissionv1.ServiceReference{Namespace: "n", Name: "s"},
		}}},
	}
}

// Whoever may nothing is told, for each thing, the right that reads it.
func TestWithoutRights(t *testing.T) {
	w := world{"GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": items(shaping())}
	f := w.read(t, survey.Options{Namespace: "team-a", Account: "spark"})
	in := &f.Installations[0]
	for right, err := range map[string]error{
		"get /version": f.Kubernetes.Err, "get /metrics": f.Counters.Err,
		"list validatingwebhookconfigurations.admissionregistration.k8s.io": f.Validating.Err,
		"list mutatingadmissionpolicies.admissionregistration.k8s.io":       f.Policies.Err,
		"list namespaces": f.Namespaces.Err, "list nodes": f.Nodes.Err, "list configmaps": f.Templates.Err,
		"list deployments.apps in namespace n":                in.Deployments.Err,
		"get services s in namespace n":                       in.Service.Err,
		"list endpointslices.discovery.k8s.io in namespace n": in.Slices.Err,
		"list poddisruptionbudgets.policy in namespace n":     in.Budgets.Err,
		"create subjectaccessreviews.authorization.k8s.io":    f.Spark.Driver.Err,
		"get serviceaccounts spark in namespace team-a":       f.Spark.Exists.Err,
	} {
		missing := (*doctor.MissingRight)(nil)
		if !errors.As(err, &missing) || missing.Right.String() != right {
			t.Errorf("%s: %v", right, err)
		}
	}
	if in.Place != (doctor.Place{Namespace: "n", Service: "s"}) || f.Mutating.Err != nil {
		t.Errorf("%+v", in.Place)
	}
}

// An API server that does not answer leaves nothing to examine.
func TestNoServer(t *testing.T) {
	_, err := survey.Read(t.Context(), survey.Options{Server: apiserver.New("http://127.0.0.1:1", &http.Client{})})
	if err == nil || !strings.Contains(err.Error(), "nothing can be examined") {
		t.Errorf("got %v", err)
	}
}

// Nor does one that does not know who asks: what is not known is no good news, and exit status 0 would be.
func TestUnauthorized(t *testing.T) {
	server := httptest.NewServer(world{"GET /version": metav1.Status{Code: http.StatusUnauthorized, Reason: metav1.StatusReasonUnauthorized, Message: "Unauthorized"}})
	t.Cleanup(server.Close)
	_, err := survey.Read(t.Context(), survey.Options{Server: apiserver.New(server.URL, server.Client())})
	if err == nil || !strings.Contains(err.Error(), "nothing can be examined") {
		t.Errorf("got %v", err)
	}
}

// Policies are read by the newest version that is served, and count only with a binding; served by none, there are none.
func TestPolicies(t *testing.T) {
	const group = "GET /apis/admissionregistration.k8s.io/"
	policy := func(name string) admissionv1.MutatingAdmissionPolicy {
		return admissionv1.MutatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	}
	w := world{
		group + "v1/mutatingadmissionpolicies":      notFound,
		group + "v1beta1/mutatingadmissionpolicies": items(policy("used"), policy("unused")),
		group + "v1beta1/mutatingadmissionpolicybindings": items(admissionv1.MutatingAdmissionPolicyBinding{
			Spec: admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: "used"},
		}),
	}
	if got := w.read(t, survey.Options{}).Policies; got.Err != nil || len(got.Value) != 1 || got.Value[0].Name != "used" {
		t.Errorf("got %+v", got)
	}
	w[group+"v1beta1/mutatingadmissionpolicies"], w[group+"v1alpha1/mutatingadmissionpolicies"] = notFound, notFound
	if got := w.read(t, survey.Options{}).Policies; got.Err != nil || len(got.Value) != 0 {
		t.Errorf("got %+v", got)
	}
}

// What the Secret has is told: nothing yet, nothing that can be read, no Secret at all. Its key is told by nobody.
func TestSecret(t *testing.T) {
	deployment := appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "d"}}
	deployment.Spec.Selector = &metav1.LabelSelector{}
	deployment.Spec.Template.Spec.Containers = []corev1.Container{{Args: []string{"--service=s", "--secret=tls"}}}
	w := world{
		"GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": items(shaping()),
		"GET /apis/apps/v1/namespaces/n/deployments":                              items(deployment),
		"GET /api/v1/namespaces/n/pods":                                           items[corev1.Pod](),
	}
	for _, row := range []struct {
		rule   string
		secret any
		says   string
	}{
		{"there is none", notFound, "n/tls does not exist"},
		{"it is empty", corev1.Secret{}, "no certificate in it yet"},
		{"no certificate", corev1.Secret{Data: map[string][]byte{"tls.crt": []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "tls.key": []byte("key")}}, "cannot be read"},
	} {
		w["GET /api/v1/namespaces/n/secrets/tls"] = row.secret
		got := w.read(t, survey.Options{}).Installations[0].Served
		if got.Err == nil || !strings.Contains(got.Err.Error(), row.says) || strings.Contains(got.Err.Error(), "key") {
			t.Errorf("%s: %v", row.rule, got.Err)
		}
	}
}

// The dry run goes to the namespace that was asked about where it is selected, and what the API server answers is kept.
func TestAnswer(t *testing.T) {
	namespaces := items(metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "team-a"}})
	allowed := map[string]any{"status": map[string]any{"allowed": true}}
	w := world{
		"GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": items(withAllNamespaces()),
		"GET /api/v1/namespaces": namespaces,
		"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews": allowed,
	}
	for _, row := range []struct {
		rule   string
		answer any
		want   doctor.Answer
	}{
		{"nobody was asked", corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"swage.dev/shaped": "doctor"}}}, doctor.Answer{Namespace: "team-a", Passed: true}},
		{"the server was asked", corev1.Pod{}, doctor.Answer{Namespace: "team-a"}},
		{"refused", metav1.Status{Code: 500, Message: "failed"}, doctor.Answer{Namespace: "team-a", Code: 500, Refusal: "failed"}},
	} {
		w["POST /api/v1/namespaces/team-a/pods"] = row.answer
		if got := w.read(t, survey.Options{Namespace: "team-a"}).Installations[0].Answer; got.Err != nil || got.Value != row.want {
			t.Errorf("%s: %+v", row.rule, got)
		}
	}
	w["POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"] = map[string]any{}
	got := w.read(t, survey.Options{}).Installations[0].Answer
	if got.Err == nil || got.Err.Error() != "you may not create pods in namespace default" {
		t.Errorf("got %+v", got)
	}
}

func withAllNamespaces() admissionv1.MutatingWebhookConfiguration {
	c := shaping()
	c.Webhooks[0].NamespaceSelector = &metav1.LabelSelector{}
	return c
}
