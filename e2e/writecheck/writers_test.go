package writecheck_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

var errReached = errors.New("the server still answers")

var data = map[string]string{"pod.yaml": "metadata: {labels: {team: risk}}\n"}

func template(namespace, name string) *corev1.ConfigMap {
	return swagetest.TemplateMap(namespace, name, podtemplate.Named, data)
}

// R36: each way around the check, tried as a Spark driver's account: it may
// write ConfigMaps and create pods, and must not shape other people's jobs.
func TestADriversAccountWritesNoTemplate(t *testing.T) {
	checked(t)
	roles(t)
	namespace := server.Namespace(t)
	driver := "system:serviceaccount:" + namespace + ":spark"
	grant(t, namespace, sparkRole, driver)
	grant(t, namespace, writerRole, "lead")
	spark, lead := as(t, driver), as(t, "lead")

	if err := create(t, lead, template(namespace, "base")); err != nil {
		t.Fatalf("who has the role may: %v", err)
	}
	plain := template(namespace, "plain")
	plain.Labels = nil
	if err := create(t, spark, plain); err != nil {
		t.Fatalf("ordinary ConfigMaps are nobody's business: %v", err)
	}
	maps := spark.CoreV1().ConfigMaps(namespace)
	patch := func(name, text string) error {
		_, err := maps.Patch(t.Context(), name, types.MergePatchType, []byte(text), metav1.PatchOptions{})
		return err
	}
	for _, row := range []struct {
		bypass string
		try    func() error
	}{
		{"create", func() error { return create(t, spark, template(namespace, "mine")) }},
		{"label added later", func() error { return patch("plain", `{"metadata":{"labels":{"swage.dev/template":"enforced"}}}`) }},
		{"label taken away", func() error { return patch("base", `{"metadata":{"labels":{"swage.dev/template":null}}}`) }},
		{"another installation's label", func() error { return patch("base", `{"metadata":{"labels":{"swage.dev/class":"other"}}}`) }},
		{"another content", func() error { return patch("base", `{"data":{"driver.yaml":"{}"}}`) }},
		{"another selector", func() error { return patch("base", `{"metadata":{"annotations":{"swage.dev/select":"a=b"}}}`) }},
		{"server-side apply", func() error {
			_, err := maps.Patch(t.Context(), "base", types.ApplyYAMLPatchType, []byte(
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: base}, data: {pod.yaml: '{}'}}"), metav1.PatchOptions{FieldManager: "spark", Force: new(true)})
			return err
		}},
		{"an owner that does not exist, so that the garbage collector deletes it", func() error {
			return patch("base", `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"gone","uid":"00000000-0000-0000-0000-000000000000"}]}}`)
		}},
		{"frozen, so that its writer cannot change it", func() error { return patch("base", `{"immutable":true}`) }},
		{"delete", func() error { return maps.Delete(t.Context(), "base", metav1.DeleteOptions{}) }},
		{"delete a collection", func() error {
			return maps.DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: podtemplate.TemplateLabel})
		}},
		{"the system namespace, with rights on its ConfigMaps", func() error {
			grant(t, webhooktest.SystemNamespace, sparkRole, driver)
			return create(t, spark, template(webhooktest.SystemNamespace, "mine"))
		}},
	} {
		if err := row.try(); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "write templates.swage.dev") {
			t.Errorf("%s: %v", row.bypass, err)
		}
	}
	if err := patch("base", `{"metadata":{"annotations":{"example.com/seen":"yes"}}}`); err != nil {
		t.Errorf("what leaves the template as it is is allowed: %v", err)
	}
	if err := lead.CoreV1().ConfigMaps(namespace).Delete(t.Context(), "base", metav1.DeleteOptions{}); err != nil {
		t.Errorf("who may write may delete: %v", err)
	}
}

// The system namespace's templates reach everybody: who writes them may create
// pods everywhere.
func TestTheSystemNamespaceTakesPodsEverywhere(t *testing.T) {
	checked(t)
	roles(t)
	namespace := server.Namespace(t)
	grant(t, webhooktest.SystemNamespace, writerRole, "narrow")
	grant(t, webhooktest.SystemNamespace, writerRole, "wide")
	grantEverywhere(t, sparkRole, "wide")
	name := "of-" + namespace
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := server.Client().CoreV1().ConfigMaps(webhooktest.SystemNamespace).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	if err := create(t, as(t, "narrow"), template(webhooktest.SystemNamespace, name)); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "create pods in all namespaces") {
		t.Errorf("without pods everywhere: %v", err)
	}
	if err := create(t, as(t, "wide"), template(webhooktest.SystemNamespace, name)); err != nil {
		t.Errorf("with pods everywhere: %v", err)
	}
}

// What does not load is refused where it is written, with its place; administrators are told too.
func TestABadTemplateIsRefusedWithItsPlace(t *testing.T) {
	checked(t)
	namespace := server.Namespace(t)
	bad := template(namespace, "bad")
	bad.Data = map[string]string{"pod.yaml": "spec:\n  containers:\n  - name: spark\n    imagePulPolicy: Always\n"}
	err := create(t, server.Client(), bad)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), namespace+"/bad/pod.yaml:4: spec.containers[0].imagePulPolicy") {
		t.Errorf("%v", err)
	}
}

// A server that cannot be reached keeps templates as they are, and lets
// Kubernetes' own clean-up pass.
func TestWhileTheServerIsDown(t *testing.T) {
	checked(t)
	roles(t)
	namespace := server.Namespace(t)
	if err := create(t, server.Client(), template(namespace, "base")); err != nil {
		t.Fatal(err)
	}
	toNowhere(t)
	if err := create(t, server.Client(), template(namespace, "other")); err == nil || !strings.Contains(err.Error(), "templates.swage.dev") {
		t.Errorf("a template was written unseen: %v", err)
	}
	const cleaner = "system:serviceaccount:kube-system:generic-garbage-collector"
	grant(t, namespace, sparkRole, cleaner)
	if err := as(t, cleaner).CoreV1().ConfigMaps(namespace).Delete(t.Context(), "base", metav1.DeleteOptions{}); err != nil {
		t.Errorf("the garbage collector was stopped: %v", err)
	}
}

// toNowhere registers a port that nobody listens at, and returns when the API server calls it.
func toNowhere(t *testing.T) {
	t.Helper()
	configs := server.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations()
	_, err := configs.Patch(t.Context(), webhooktest.TemplatesName, types.StrategicMergePatchType,
		[]byte(`{"webhooks":[{"name":"templates.swage.dev","clientConfig":{"service":{"name":"swage-webhook","namespace":"swage-system","port":1}}}]}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	probe := template("default", "probe")
	patience.Until(t, "the API server to call nowhere", func() error {
		_, err := server.Client().CoreV1().ConfigMaps("default").Create(t.Context(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err == nil {
			return errReached
		}
		return nil
	})
}
