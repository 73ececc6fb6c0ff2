package certs

import (
	"context"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apply "k8s.io/client-go/applyconfigurations/admissionregistration/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// These tests run on client-go's fake with field management, which merges by
// the API server's own library (structured-merge-diff).

// chart applies a configuration with entries of these names, as Helm or a
// GitOps tool with server-side apply does: by a manager of its own, unforced.
func chart(t *testing.T, client *fake.Clientset, names ...string) {
	t.Helper()
	in := apply.MutatingWebhookConfiguration(mutatingRef.name)
	for _, name := range names {
		in.WithWebhooks(apply.MutatingWebhook().WithName(name).
			WithSideEffects(admissionv1.SideEffectClassNoneOnDryRun).
			WithAdmissionReviewVersions("v1").
			WithTimeoutSeconds(5).
			WithRules(apply.RuleWithOperations().WithOperations(admissionv1.Create).WithResources("pods")).
			WithClientConfig(apply.WebhookClientConfig().WithService(
				apply.ServiceReference().WithNamespace(testNamespace).WithName(testService).WithPath("/shape"))))
	}
	_, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().
		Apply(t.Context(), in, metav1.ApplyOptions{FieldManager: "helm"})
	if err != nil {
		t.Fatalf("the chart's apply: %v", err)
	}
}

func stored(t *testing.T, client *fake.Clientset) *admissionv1.MutatingWebhookConfiguration {
	t.Helper()
	c, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), mutatingRef.name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ours(ctx context.Context, t *testing.T, client *fake.Clientset, bundle string) {
	t.Helper()
	c := fromMutating(stored(t, client), target{testNamespace, testService, []string{testHost}})
	a := applier{client, defaultFieldManager}
	if err := a.apply(ctx, c, []byte(bundle)); err != nil {
		t.Fatalf("our apply: %v", err)
	}
}

// R31: the server owns caBundle under its own manager; the chart, which never
// has that key, applies again without touching it.
func TestR31ChartAndServerApplySideBySide(t *testing.T) {
	client := fake.NewClientset()
	chart(t, client, "a.swage.dev", "b.swage.dev")
	ours(t.Context(), t, client, "bundle 1")
	chart(t, client, "a.swage.dev", "b.swage.dev", "c.swage.dev")
	ours(t.Context(), t, client, "bundle 2")
	got := stored(t, client)
	if len(got.Webhooks) != 3 {
		t.Fatalf("%d entries, want 3", len(got.Webhooks))
	}
	for _, w := range got.Webhooks {
		if string(w.ClientConfig.CABundle) != "bundle 2" {
			t.Errorf("%s has bundle %q", w.Name, w.ClientConfig.CABundle)
		}
		if w.TimeoutSeconds == nil || *w.TimeoutSeconds != 5 || len(w.Rules) != 1 || *w.ClientConfig.Service.Path != "/shape" {
			t.Errorf("%s lost fields of the chart", w.Name)
		}
	}
	if owner := ownerOfBundle(got); owner != defaultFieldManager {
		t.Errorf("the bundle is owned by %q", owner)
	}
}

// R31: an entry that the chart drops must go although we own a part of it. The
// chart's apply leaves a ghost: valid (or its apply would be refused), without
// rules, so that it never calls; our next apply ends it.
func TestR31EntryDroppedByTheChartGoes(t *testing.T) {
	client := fake.NewClientset()
	chart(t, client, "a.swage.dev", "b.swage.dev")
	ours(t.Context(), t, client, "bundle")
	chart(t, client, "a.swage.dev")

	got := stored(t, client)
	if len(got.Webhooks) != 2 {
		t.Fatalf("%d entries: the API server no longer leaves a ghost, and this apply may be simpler", len(got.Webhooks))
	}
	ghost := got.Webhooks[1]
	if len(ghost.Rules) > 0 {
		t.Error("the ghost still has rules: it would be called")
	}
	if ghost.SideEffects == nil || len(ghost.AdmissionReviewVersions) == 0 || ghost.ClientConfig.Service == nil ||
		ghost.ClientConfig.Service.Name == "" || ghost.ClientConfig.Service.Namespace == "" {
		t.Errorf("the ghost is invalid, the chart's apply would be refused: %+v", ghost)
	}
	seen := fromMutating(got, target{testNamespace, testService, []string{testHost}})
	if !seen.lacks([]byte("bundle")) {
		t.Fatal("the ghost is not noticed")
	}
	ours(t.Context(), t, client, "bundle")
	if got := stored(t, client); len(got.Webhooks) != 1 || got.Webhooks[0].Name != "a.swage.dev" {
		t.Errorf("the ghost is still there: %+v", got.Webhooks)
	}
}

// R31: what somebody overwrote comes back to us; force is needed for that.
func TestR31ApplyTakesTheBundleBack(t *testing.T) {
	client := fake.NewClientset()
	chart(t, client, "a.swage.dev")
	ours(t.Context(), t, client, "bundle")
	c := stored(t, client)
	c.Webhooks[0].ClientConfig.CABundle = []byte("theirs")
	_, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().Update(t.Context(), c, metav1.UpdateOptions{FieldManager: "kubectl-edit"})
	if err != nil {
		t.Fatal(err)
	}
	if by := lastWriter(&stored(t, client).ObjectMeta); by != "kubectl-edit" {
		t.Errorf("the last writer is shown as %q", by)
	}
	ours(t.Context(), t, client, "bundle")
	got := stored(t, client)
	if string(got.Webhooks[0].ClientConfig.CABundle) != "bundle" || ownerOfBundle(got) != defaultFieldManager {
		t.Errorf("bundle %q, owned by %q", got.Webhooks[0].ClientConfig.CABundle, ownerOfBundle(got))
	}
}

// An apply is a create where there is nothing: uid and resourceVersion are the
// guard, and must be in every apply.
func TestR31ApplyCarriesTheLock(t *testing.T) {
	read := configuration{ref: mutatingRef, uid: "u", version: "7"}
	m, v := mutatingApply(read, nil), validatingApply(read, nil)
	if *m.UID != "u" || *m.ResourceVersion != "7" || *v.UID != "u" || *v.ResourceVersion != "7" {
		t.Error("an apply without uid and resourceVersion may create or resurrect")
	}
}

// ownerOfBundle is the one manager whose fields name the bundle.
func ownerOfBundle(c *admissionv1.MutatingWebhookConfiguration) (owner string) {
	for _, f := range c.ManagedFields {
		if f.FieldsV1 != nil && strings.Contains(f.FieldsV1.GetRawString(), `"f:caBundle"`) {
			owner += f.Manager
		}
	}
	return owner
}
