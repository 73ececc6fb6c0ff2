package webhook_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/webhook"
)

// recipe reads one of deploy/examples/recipes.
func recipe(t *testing.T, name string) *corev1.ConfigMap {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(clustertest.Root(t), "deploy/examples/recipes", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := &corev1.ConfigMap{}
	if err := yaml.UnmarshalStrict(text, found); err != nil {
		t.Fatal(err)
	}
	return found
}

// The API server stores what each recipe makes of a driver and of its executor,
// and the executor has it by its driver's choice alone. What is wanted is a
// piece of the stored pod, as JSON.
func TestRecipesOnTheAPIServer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, driver, executor string }{
		{"spot-nodes", `{"key":"cloud.google.com/gke-spot","operator":"DoesNotExist"}`, `"key":"kubernetes.azure.com/scalesetpriority","operator":"Equal","value":"spot","effect":"NoSchedule"`},
		// The request that the scheduler counts is the API server's, from the limit.
		{"gpu", `"swage.dev/templates":"gpu"`, `"requests":{"nvidia.com/gpu":"1"}`},
		{"local-ssd", `"swage.dev/templates":"local-ssd"`, `"storageClassName":"local-ssd"`},
		{"workspace", `"subPath":"applications/spark-0001"`, `"subPath":"applications/spark-0001"`},
		{"csi-secrets", `"driver":"secrets-store.csi.k8s.io"`, `"driver":"secrets-store.csi.k8s.io"`},
		{"mesh", `"sidecar.istio.io/inject":"true"`, `"traffic.sidecar.istio.io/excludeInboundPorts":"7078,7079"`},
		{"kueue", `"kueue.x-k8s.io/queue-name":"spark-drivers"`, `"kueue.x-k8s.io/pod-suspending-parent":"pod"`},
		{"volcano", `"schedulerName":"volcano"`, `"scheduling.volcano.sh/queue-name":"spark"`},
		{"yunikorn", `"yunikorn.apache.org/app-id":"spark-0001"`, `"schedulerName":"yunikorn"`},
		{"hadoop", `"secretName":"spark-keytab"`, `"mountPath":"/etc/krb5.conf"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			namespace := server.Namespace(t)
			template := recipe(t, row.name)
			template.Namespace = namespace
			server.Templates(t, template)
			driver := server.Create(t, namespace, swagetest.Asking(swagetest.Driver("driver"), row.name))
			executor := server.Create(t, namespace, swagetest.Executor("exec", driver))
			for pod, want := range map[*corev1.Pod]string{driver: row.driver, executor: row.executor} {
				pod.ManagedFields = nil
				if got := text(t, pod); !strings.Contains(got, want) {
					t.Errorf("%s has no %s: %s", pod.Name, want, got)
				}
			}
		})
	}
}

// A row of the table above is missing for no recipe.
func TestEachRecipeIsTried(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(clustertest.Root(t), "deploy/examples/recipes", "*.yaml"))
	if err != nil || len(found) != 10 {
		t.Errorf("%d recipes, ten are tried: %v", len(found), err)
	}
}

// What the recipes mesh and kueue build on: a webhook that selects pods by a
// label sees one that a template added, if it runs after ours.
func TestALabelOfATemplateReachesTheWebhooksBehind(t *testing.T) {
	t.Parallel()
	ours := startOwn(t, webhook.Options{}, nil)
	template := recipe(t, "mesh")
	template.Namespace = ours.namespace
	server.Templates(t, template)
	asked := &metav1.LabelSelector{MatchLabels: map[string]string{"sidecar.istio.io/inject": "true"}}
	probe := swagetest.Driver("")
	probe.GenerateName, probe.Labels = "probe-", map[string]string{"sidecar.istio.io/inject": "true"}
	patch := []byte(`[{"op":"add","path":"/metadata/labels/proxied","value":"yes"}]`)
	webhooktest.Register(t, &server.Server, webhooktest.Serve(t, server.CA(), webhooktest.ConstantPatch(patch)), webhooktest.Options{
		ProbeNamespace: ours.namespace, Probe: probe,
		Edit: func(c *admissionv1.MutatingWebhookConfiguration) {
			c.Name = "istio-sidecar-injector-" + ours.namespace
			c.Webhooks[0].ObjectSelector, c.Webhooks[0].NamespaceSelector = asked, inNamespace(ours.namespace)
		},
	})
	meshed := server.Create(t, ours.namespace, swagetest.Asking(swagetest.Driver("meshed"), "mesh"))
	if meshed.Labels["proxied"] != "yes" {
		t.Errorf("the webhook behind was not asked: %s", text(t, meshed.ObjectMeta))
	}
	if alone := server.Create(t, ours.namespace, swagetest.Driver("alone")); alone.Labels["proxied"] != "" {
		t.Error("the webhook behind is asked about every pod: this test could not fail")
	}
}
