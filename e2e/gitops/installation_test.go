package gitops_test

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/swagewebhook"
)

// values are those that bring objects which the defaults do not.
var values = []string{"--set", "networkPolicy.enabled=true"}

// installation is the chart in the cluster, for one test.
type installation struct {
	helm     *chart.Helm
	rendered []byte
	objects  []*unstructured.Unstructured
}

// newInstallation renders the chart. When the test ends all that it brought goes.
func newInstallation(t *testing.T) *installation {
	t.Helper()
	helm, err := chart.New(t.Context(), clustertest.Root(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := &installation{helm: helm}
	if in.rendered, err = helm.Template(t.Context(), values...); err != nil {
		t.Fatal(err)
	}
	objects, err := manifests.Parse(in.rendered)
	if err != nil || len(objects) < 10 {
		t.Fatalf("%d objects: %v", len(objects), err)
	}
	for _, object := range objects {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			t.Fatal(err)
		}
		in.objects = append(in.objects, &unstructured.Unstructured{Object: fields})
	}
	server.EnsureNamespace(t, chart.Namespace)
	t.Cleanup(func() { in.remove(t) })
	return in
}

// serve runs the real server with the account of the chart, and returns when it
// has written what it writes.
func (in *installation) serve(t *testing.T) {
	t.Helper()
	path, err := product.Program(t.Context(), product.Webhook)
	if err != nil {
		t.Fatal(err)
	}
	p, err := swagewebhook.Run(t.Context(), swagewebhook.Options{
		Cluster: server.Cluster, Path: path, User: "system:serviceaccount:" + chart.Namespace + ":" + swagewebhook.Account,
		Args: []string{"--configuration=00-swage", "--validating-configuration=swage-templates"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// client is that of an object's resource.
func client(t *testing.T, object *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	dynamicClient, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	kind := object.GroupVersionKind()
	mapping, err := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(server.Client().Discovery())).RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		t.Fatal(err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return dynamicClient.Resource(mapping.Resource)
	}
	return dynamicClient.Resource(mapping.Resource).Namespace(object.GetNamespace())
}

// versions are the resourceVersions of all objects: each write gives a new one.
func (in *installation) versions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, object := range in.objects {
		live, err := client(t, object).Get(t.Context(), object.GetName(), metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		all[object.GetKind()+" "+object.GetName()] = live.GetResourceVersion()
	}
	return all
}

func (in *installation) remove(t *testing.T) {
	t.Helper()
	for _, object := range in.objects {
		err := client(t, object).Delete(context.WithoutCancel(t.Context()), object.GetName(), metav1.DeleteOptions{})
		if err != nil {
			t.Errorf("remove %s %s: %v", object.GetKind(), object.GetName(), err)
		}
	}
	secrets := server.Client().CoreV1().Secrets(chart.Namespace) // Helm's notes of its releases
	if err := secrets.DeleteCollection(context.WithoutCancel(t.Context()), metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
		t.Error(err)
	}
}

// applyByKubectl is what Argo CD does: its sync calls kubectl's own code.
func applyByKubectl(args ...string) func(*testing.T, *installation) {
	return func(t *testing.T, in *installation) {
		t.Helper()
		run(t, programs.Kubectl, bytes.NewReader(in.rendered), append([]string{"--kubeconfig", server.Kubeconfig(), "apply", "-f", "-"}, args...)...)
	}
}

func applyByFlux(t *testing.T, in *installation) {
	t.Helper()
	run(t, programs.FluxDiff, bytes.NewReader(in.rendered), "-kubeconfig", server.Kubeconfig(), "-apply")
}

// applyByHelm takes back what others changed, as Flux has Helm do where drift is corrected.
func applyByHelm(t *testing.T, in *installation) {
	t.Helper()
	args := append([]string{"upgrade", "--install", "--force-conflicts", chart.Release, in.helm.Chart(), "--namespace", chart.Namespace}, values...)
	if out, err := in.helm.Run(t.Context(), server.Kubeconfig(), args...); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// run runs a program and returns what it prints.
func run(t *testing.T, name programs.Name, in io.Reader, args ...string) string {
	t.Helper()
	paths, err := programs.Build(t.Context(), programs.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	var out, problem bytes.Buffer
	cmd := exec.CommandContext(t.Context(), paths[name], args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &problem
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, &problem)
	}
	return out.String()
}
