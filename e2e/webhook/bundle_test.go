package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	apply "k8s.io/client-go/applyconfigurations/admissionregistration/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"

	"swage.dev/swage/certs"
)

// bundleManager owns caBundle in the server's applies.
const bundleManager = "swage-webhook-certs"

// R31: the bundle is the server's, everything else is the chart's, and neither
// fights the other, whichever way the chart gets to the cluster.
func TestTheBundleAndTheChartDoNotFight(t *testing.T) {
	t.Parallel()
	chart := newChart(t)
	chart.apply(t, 5, "a.swage.dev", "b.swage.dev")
	self := startCertificates(t, chart)
	chart.awaitBundles(t, self)
	if owners := chart.bundleOwners(t); !slices.Equal(owners, []string{bundleManager}) {
		t.Errorf("caBundle is owned by %v", owners)
	}

	before := chart.get(t)
	chart.apply(t, 5, "a.swage.dev", "b.swage.dev")
	if after := chart.get(t); after.ResourceVersion != before.ResourceVersion {
		t.Error("applying the same once more changed the object: a GitOps tool would never come to rest")
	}
	chart.apply(t, 7, "a.swage.dev", "b.swage.dev")
	if after := chart.get(t); *after.Webhooks[0].TimeoutSeconds != 7 || string(after.Webhooks[0].ClientConfig.CABundle) != string(before.Webhooks[0].ClientConfig.CABundle) {
		t.Error("the chart's change did not arrive, or took the bundle with it")
	}
	chart.patch(t) // as Helm 3 and kubectl apply do without --server-side
	if after := chart.get(t); *after.Webhooks[0].TimeoutSeconds != 9 || len(after.Webhooks[0].ClientConfig.CABundle) == 0 {
		t.Error("a strategic merge took the bundle")
	}
	if heals := self.Configurations()[0].Heals; heals != 0 {
		t.Errorf("%d heals: there was nothing to heal", heals)
	}
}

// R31: what takes the bundle away (kubectl replace, an old caBundle in a
// chart) is healed and counted.
func TestABundleThatWasTakenAwayComesBack(t *testing.T) {
	t.Parallel()
	chart := newChart(t)
	chart.apply(t, 5, "a.swage.dev")
	self := startCertificates(t, chart)
	chart.awaitBundles(t, self)
	for i, bundle := range [][]byte{nil, server.CA().PEM()} {
		chart.update(t, bundle)
		chart.awaitBundles(t, self)
		server.Await(t, "the heal in the status", func() error { return moreThan(int64(i), int64(self.Configurations()[0].Heals)) })
	}
	if owners := chart.bundleOwners(t); !slices.Equal(owners, []string{bundleManager}) {
		t.Errorf("caBundle is owned by %v", owners)
	}
}

// R31: an entry that the chart drops goes, although the server owns a part of
// it, and the chart's apply is not refused for what is left of it.
func TestAnEntryThatTheChartDropsGoes(t *testing.T) {
	t.Parallel()
	chart := newChart(t)
	chart.apply(t, 5, "a.swage.dev", "b.swage.dev")
	self := startCertificates(t, chart)
	chart.awaitBundles(t, self)
	chart.apply(t, 5, "a.swage.dev")
	server.Await(t, "the end of the dropped entry", func() error {
		if n := len(chart.get(t).Webhooks); n != 1 {
			return fmt.Errorf("%d entries", n)
		}
		return nil
	})
	chart.awaitBundles(t, self)
}

// chart stands for whoever installs the configuration: it never has the key caBundle.
type chart struct{ namespace, name string }

func newChart(t *testing.T) chart {
	t.Helper()
	namespace, _ := server.OwnWebhook(t)
	createOwnSecret(t, namespace)
	c := chart{namespace: namespace, name: "chart-" + namespace}
	t.Cleanup(func() {
		configs := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations()
		if err := configs.Delete(context.WithoutCancel(t.Context()), c.name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	return c
}

// apply is a server-side apply by the chart's own manager, without force: what
// another manager owns and it also states is a conflict, and fails.
func (c chart) apply(t *testing.T, timeout int32, entries ...string) {
	t.Helper()
	in := apply.MutatingWebhookConfiguration(c.name)
	for _, name := range entries {
		in.WithWebhooks(apply.MutatingWebhook().WithName(name).
			WithSideEffects(admissionv1.SideEffectClassNoneOnDryRun).
			WithAdmissionReviewVersions("v1").
			WithTimeoutSeconds(timeout).
			WithNamespaceSelector(metaapply.LabelSelector().WithMatchLabels(inNamespace(c.namespace).MatchLabels)).
			WithRules(apply.RuleWithOperations().WithOperations(admissionv1.Create).
				WithAPIGroups("").WithAPIVersions("v1").WithResources("pods")).
			WithClientConfig(apply.WebhookClientConfig().WithService(
				apply.ServiceReference().WithNamespace(c.namespace).WithName(ownService).WithPath("/shape"))))
	}
	_, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
		Apply(t.Context(), in, metav1.ApplyOptions{FieldManager: "gitops"})
	if err != nil {
		t.Fatalf("the chart's apply: %v", err)
	}
}

// patch changes the timeouts as a client-side apply does: by a patch that
// names the entries and says nothing of bundles.
func (c chart) patch(t *testing.T) {
	t.Helper()
	const change = `{"webhooks":[{"name":"a.swage.dev","timeoutSeconds":9},{"name":"b.swage.dev","timeoutSeconds":9}]}`
	_, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
		Patch(t.Context(), c.name, types.StrategicMergePatchType, []byte(change), metav1.PatchOptions{FieldManager: "helm"})
	if err != nil {
		t.Fatal(err)
	}
}

// update replaces every bundle, as kubectl replace does.
func (c chart) update(t *testing.T, bundle []byte) {
	t.Helper()
	server.Await(t, "an update without a conflict", func() error {
		current := c.get(t)
		for i := range current.Webhooks {
			current.Webhooks[i].ClientConfig.CABundle = bundle
		}
		_, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
			Update(t.Context(), current, metav1.UpdateOptions{FieldManager: "kubectl-replace"})
		return err
	})
}

func (c chart) get(t *testing.T) *admissionv1.MutatingWebhookConfiguration {
	t.Helper()
	got, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), c.name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// awaitBundles waits until every entry trusts the leaf that is served.
func (c chart) awaitBundles(t *testing.T, self *certs.Self) {
	t.Helper()
	server.Await(t, "a bundle in every entry", func() error {
		for _, entry := range c.get(t).Webhooks {
			if !strings.Contains(string(entry.ClientConfig.CABundle), "BEGIN CERTIFICATE") || string(entry.ClientConfig.CABundle) == string(server.CA().PEM()) {
				return errors.New("none in " + entry.Name)
			}
		}
		status := self.Configurations()
		if len(status) != 1 || status[0].Untrusted != nil {
			return fmt.Errorf("status %+v", status)
		}
		return nil
	})
}

// bundleOwners are the managers that own a bundle, in the object's managedFields.
func (c chart) bundleOwners(t *testing.T) (owners []string) {
	t.Helper()
	for _, entry := range c.get(t).ManagedFields {
		if strings.Contains(entry.FieldsV1.GetRawString(), `"f:caBundle"`) {
			owners = append(owners, entry.Manager)
		}
	}
	return owners
}

// startCertificates runs the certificate source alone, for the chart's configuration.
func startCertificates(t *testing.T, c chart) *certs.Self {
	t.Helper()
	self, err := certs.NewSelf(certs.SelfOptions{
		Client:    clientOf(t, granted(t, "own", c.namespace, "registrationName="+c.name, "class=own")),
		Namespace: c.namespace, Service: ownService, Secret: ownSecret,
		Configurations: certs.Configurations{Mutating: []string{c.name}},
		Logger:         slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- self.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return self
}
