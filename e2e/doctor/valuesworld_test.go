package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/certmanager"
	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/podtemplate"
)

const (
	valuesDir = "e2e/chart/testdata/values"
	// blue is a namespace that the sets with a class select.
	blue = "blue"
)

// settled is how long a release may take to be known everywhere: a process starts for each, and cert-manager's
// and others' Secrets take their time on a machine with much else to do.
var settled = await.Patience{Every: 200 * time.Millisecond, Timeout: 2 * time.Minute}

// otherTypes are those of cert-manager and of the Prometheus operator, without their controllers.
func otherTypes(t *testing.T) {
	t.Helper()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	if err := certmanager.InstallTypes(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	definitions := client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	for plural, kind := range map[string]string{"servicemonitors": "ServiceMonitor", "prometheusrules": "PrometheusRule"} {
		if _, err := definitions.Create(t.Context(), monitoringType(plural, kind), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for plural := range map[string]bool{"servicemonitors": true, "prometheusrules": true} {
		settled.Until(t, plural, func() error {
			_, err := client.Resource(schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: plural}).List(t.Context(), metav1.ListOptions{})
			return err
		})
	}
}

func monitoringType(plural, kind string) *unstructured.Unstructured {
	version := map[string]any{
		"name": "v1", "served": true, "storage": true,
		"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": plural + ".monitoring.coreos.com"},
		"spec": map[string]any{
			"group": "monitoring.coreos.com", "scope": "Namespaced", "versions": []any{version},
			"names": map[string]any{"plural": plural, "singular": strings.ToLower(kind), "kind": kind, "listKind": kind + "List"},
		},
	}}
}

// leave takes the replicas and the template of the installation before out of
// the world, and makes a namespace for those with a class.
func (w *world) leave(t *testing.T) {
	t.Helper()
	if err := server.Client().CoreV1().ConfigMaps(jobs).Delete(t.Context(), "base", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, r := range w.replicas {
		gone(t, r.pod)
		if err := r.process.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.replicas = nil
	uninstall(t)
	if err := makeNamespace(t.Context(), blue); err != nil {
		t.Fatal(err)
	}
	namespaces := server.Client().CoreV1().Namespaces()
	made, err := namespaces.Get(t.Context(), blue, metav1.GetOptions{})
	if err == nil {
		made.Labels["swage"] = blue
		_, err = namespaces.Update(t.Context(), made, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func uninstall(t *testing.T) {
	t.Helper()
	if out, err := here.helm.Run(context.WithoutCancel(t.Context()), server.Kubeconfig(), "uninstall", chart.Release, "--namespace", system); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// gone removes the pod and the endpoint of a name.
func gone(t *testing.T, name string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	if err := errors.Join(
		server.Client().CoreV1().Pods(system).Delete(ctx, name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}),
		server.Client().DiscoveryV1().EndpointSlices(system).Delete(ctx, name, metav1.DeleteOptions{}),
	); err != nil {
		t.Error(err)
	}
}

// install installs a release with these values until the test's end, and makes the rest of the world well.
func (s *setOfValues) install(t *testing.T) {
	t.Helper()
	s.helm(t, "install")
	t.Cleanup(func() { uninstall(t) })
	d := s.deployment(t)
	args := d.Spec.Template.Spec.Containers[0].Args
	if s.registered {
		s.register(t)
	}
	switch {
	case slices.Contains(args, "--certificates=files"):
		if err := here.trust(t.Context()); err != nil {
			t.Fatal(err)
		}
	case slices.Contains(args, "--certificates=cert-manager"):
		s.issue(t, d.Name)
	}
	s.serve(t, d)
	s.write(t)
}

// helm runs a command about the release with these values; what args set wins.
func (s *setOfValues) helm(t *testing.T, command string, args ...string) []byte {
	t.Helper()
	all := []string{command, chart.Release, here.helm.Chart(), "--namespace", system}
	if s.file != "" {
		all = append(all, "--values", filepath.Join(clustertest.Root(t), valuesDir, s.file+".yaml"))
	}
	for _, value := range s.values {
		all = append(all, "--set", value)
	}
	out, err := here.helm.Run(t.Context(), server.Kubeconfig(), append(all, args...)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

func (s *setOfValues) deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	name := service
	if s.class != "" {
		name = "swage-" + s.class + "-webhook"
	}
	d, err := server.Client().AppsV1().Deployments(system).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// serve starts one process with the Deployment's arguments, which stands for all replicas.
func (s *setOfValues) serve(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	r, err := here.newReplica(t.Context(), d.Name, "values")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.process.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	nodes := []string{"node-a", "node-b", "node-c"}
	for i := range *d.Spec.Replicas {
		name := fmt.Sprintf("%s-%s", d.Name, nodes[i])
		if err := errors.Join(r.createPod(t.Context(), name, nodes[i]), r.createEndpoint(t.Context(), name)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { gone(t, name) })
	}
	if err := deploymentReady(t.Context(), d.Name, *d.Spec.Replicas); err != nil {
		t.Fatal(err)
	}
}

// write writes one template, where the installation reads it.
func (s *setOfValues) write(t *testing.T) {
	t.Helper()
	namespace, mode := jobs, podtemplate.Default
	switch {
	case s.class != "":
		namespace = blue
	case s.file == "namespaced":
		namespace = system
	}
	if s.template != "" {
		mode = s.template
	}
	settled.Until(t, "a template is taken", func() error { // once the API server calls the server
		maps := server.Client().CoreV1().ConfigMaps(namespace)
		made := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: "values", Labels: map[string]string{podtemplate.TemplateLabel: string(mode)}},
			Data:       map[string]string{"pod.yaml": "metadata: {labels: {shaped: \"yes\"}}\n"},
		}
		if s.class != "" {
			made.Labels[podtemplate.ClassLabel] = s.class
		}
		_, err := maps.Create(t.Context(), made, metav1.CreateOptions{})
		return err
	})
	t.Cleanup(func() {
		err := server.Client().CoreV1().ConfigMaps(namespace).Delete(context.WithoutCancel(t.Context()), "values", metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
}

// compare wants what the row says, and that all else is well.
func (s *setOfValues) compare(results []result) error {
	var problems []error
	for _, r := range results {
		want := wellState(r.Check)
		if told, is := s.says[r.Check]; is {
			want = told.state
		}
		if r.State != want && !history(r) {
			problems = append(problems, fmt.Errorf("%+v, want %s", r, want))
		}
	}
	if len(results) < 25 {
		problems = append(problems, fmt.Errorf("only %d results", len(results)))
	}
	return errors.Join(problems...)
}
