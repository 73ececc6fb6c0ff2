package chart_test

import (
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"

	"swage.dev/swage/e2e/chart"
)

// What was installed goes with the release, and what the server wrote into it
// goes too: no registration is left that would refuse Spark's pods. An upgrade
// takes away nothing that the server wrote.
func TestInstallUpgradeUninstall(t *testing.T) {
	h := helm(t)
	run := func(args ...string) {
		t.Helper()
		if out, err := h.Run(t.Context(), server.Cluster.Kubeconfig(), args...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	const namespace = "installed"
	common := []string{chart.Release, h.Chart(), "--namespace", namespace}
	run(append([]string{"install", "--create-namespace"}, common...)...)
	t.Cleanup(func() {
		_ = server.Client().CoreV1().Namespaces().Delete(context.WithoutCancel(t.Context()), namespace, metav1.DeleteOptions{})
	})
	if left := owned(t); len(left) < 8 {
		t.Fatalf("only %v were installed: this test could not fail", left)
	}
	writeAsTheServer(t, namespace)
	run(append([]string{"upgrade"}, append(common, "--set", "replicas=3")...)...)
	secret, err := server.Client().CoreV1().Secrets(namespace).Get(t.Context(), "swage-webhook-tls", metav1.GetOptions{})
	if err != nil || string(secret.Data["tls.crt"]) != "certificate" {
		t.Errorf("an upgrade took the certificate away: %v", err)
	}
	deployment, err := server.Client().AppsV1().Deployments(namespace).Get(t.Context(), "swage-webhook", metav1.GetOptions{})
	if err != nil || *deployment.Spec.Replicas != 3 {
		t.Errorf("the upgrade did nothing: %v", err)
	}
	run("uninstall", chart.Release, "--namespace", namespace)
	if left := owned(t); len(left) > 0 {
		t.Errorf("left behind: %s", strings.Join(left, ", "))
	}
}

// writeAsTheServer fills the Secret, as the server does.
func writeAsTheServer(t *testing.T, namespace string) {
	t.Helper()
	secrets := server.Client().CoreV1().Secrets(namespace)
	secret, err := secrets.Get(t.Context(), "swage-webhook-tls", metav1.GetOptions{})
	if err == nil {
		secret.Data = map[string][]byte{"tls.crt": []byte("certificate")}
		_, err = secrets.Update(t.Context(), secret, metav1.UpdateOptions{FieldManager: "swage-webhook"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// owned are all objects in the cluster with the release's label.
func owned(t *testing.T) (names []string) {
	t.Helper()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(server.Client().Discovery()))
	kinds := map[string]*unstructured.Unstructured{}
	h := helm(t)
	for _, set := range valueSets(t) {
		for _, object := range objects(t, render(t, h, set)) {
			kinds[object.GroupVersionKind().String()] = object
		}
	}
	for _, object := range kinds {
		kind := object.GroupVersionKind()
		if kind.Group == "monitoring.coreos.com" {
			continue
		}
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			t.Fatal(err)
		}
		list, err := client.Resource(mapping.Resource).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=Helm"})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range list.Items {
			names = append(names, kind.Kind+" "+item.GetName())
		}
	}
	return names
}
