package webhook_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

func TestWhyNotOfAPodThatWasShaped(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	server.Template(t, namespace, "spot", podtemplate.Named, writes("pool", "spot"))
	driver := server.Create(t, namespace, swagetest.Asking(swagetest.Driver("d"), "spot"))
	stoppedAt(t, driver, "shaped", "", "")
	a := stoppedAt(t, server.Create(t, namespace, swagetest.Executor("e", driver)), "shaped", "", "")
	if got := a.link("templates"); !strings.Contains(got, namespace+"/spot@") {
		t.Errorf("an executor takes its driver's: %s", got)
	}
}

func TestWhyNotNamesWhatLeavesThePodOut(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, writes("team", "a"))
	unlabelled := swagetest.Driver("unlabelled")
	unlabelled.Labels = nil
	stoppedAt(t, server.Create(t, namespace, unlabelled), "not-shaped", "objectSelector", "the pod has no label spark-role")

	static := swagetest.Driver("static")
	static.Spec.NodeName = "node"
	static.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
	stoppedAt(t, server.Create(t, namespace, static), "not-shaped", "matchConditions", "it is the image of a static pod")

	quiet, _ := server.OwnWebhook(t)
	stoppedAt(t, server.Create(t, quiet, swagetest.Driver("d")), "not-shaped", "namespaceSelector", "namespace "+quiet+" has the label")
	server.EnsureNamespace(t, metav1.NamespaceSystem)
	system := server.Create(t, metav1.NamespaceSystem, swagetest.Driver(namespace))
	stoppedAt(t, system, "not-shaped", "namespaceSelector", "kubernetes.io/metadata.name=kube-system")
}

func TestWhyNotOfAPodOlderThanTheRegistration(t *testing.T) {
	t.Parallel()
	namespace, narrow := server.OwnWebhook(t)
	pod := server.Create(t, namespace, swagetest.Driver("early"))
	server.Await(t, "another second of the API server's clock", func() error {
		probe, err := server.DryRun(t, namespace, swagetest.Driver("probe"))
		if err == nil && !probe.CreationTimestamp.After(pod.CreationTimestamp.Time) {
			err = errors.New("the same second")
		}
		return err
	})
	s := serveOwn(t, webhook.Options{})
	alsoRegister(t, namespace, webhooktest.Endpoint{URL: s.URL, CABundle: server.CA().PEM()}, narrow)
	stoppedAt(t, pod, "not-shaped", "age", "00-swage-"+namespace+" at ")
}

// failurePolicy Ignore, and a server that nobody reaches: only the missing annotation tells.
func TestWhyNotOfAPodThatNobodyAnsweredFor(t *testing.T) {
	t.Parallel()
	namespace, _ := register(t, blackHole(t), func(c *admissionv1.MutatingWebhookConfiguration) {
		ignoreFailures(c)
		c.Webhooks[0].TimeoutSeconds = new(int32(1))
	})
	cm := swagetest.TemplateMap(namespace, "base", podtemplate.Default, writes("team", "a"))
	if _, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), cm, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	stoppedAt(t, server.Create(t, namespace, swagetest.Driver("d")), "not-shaped", "answer", "failurePolicy Ignore lets pods pass then")
}

func TestWhyNotOfOptedOutPods(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, writes("team", "a"))
	pod := swagetest.Driver("out")
	pod.Annotations = map[string]string{podtemplate.ShapeAnnotation: "false"}
	stoppedAt(t, server.Create(t, namespace, pod), "not-shaped", "opt-out", "the pod opted out")
}

func TestWhyNotSaysOfEachTemplateWhyItWasNotSelected(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	picky := swagetest.TemplateMap(namespace, "picky", podtemplate.Default, writes("x", "1"))
	picky.Annotations = map[string]string{podtemplate.SelectAnnotation: "team in (risk)"}
	server.Templates(t, picky, swagetest.TemplateMap(namespace, "spot", podtemplate.Named, writes("pool", "spot")))
	other := swagetest.TemplateMap(namespace, "blue", podtemplate.Default, writes("class", "blue"))
	other.Labels["swage.dev/class"] = "blue"
	broken := swagetest.TemplateMap(namespace, "broken", podtemplate.Default, map[string]string{"pod.yaml": "spec: {contaners: []}"})
	for _, cm := range []*corev1.ConfigMap{broken, other} {
		if _, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), cm, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	pod := swagetest.Driver("d")
	pod.Labels["team"] = "web"
	a := stoppedAt(t, server.Create(t, namespace, pod), "not-shaped", "templates", "reaches the pod")
	for template, want := range map[string]string{
		"picky": "its swage.dev/select wants team in (risk), and the pod has the label team=web", "spot": "nobody asks for it",
		"broken": `unknown field "contaners"`, "blue": "there is no such template",
	} {
		if got := a.why(namespace + "/" + template); !strings.Contains(got, want) {
			t.Errorf("%s: %s", template, got)
		}
	}
}

func TestWhyNotOfTemplatesYoungerThanThePod(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	first := server.Create(t, namespace, swagetest.Driver("first"))
	server.Await(t, "a template of another second", func() error {
		cm, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), swagetest.TemplateMap(namespace, "late", podtemplate.Default, writes("team", "a")), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		if cm.CreationTimestamp.After(first.CreationTimestamp.Time) {
			return nil
		}
		return errors.Join(errors.New("the same second"), server.Client().CoreV1().ConfigMaps(namespace).Delete(t.Context(), cm.Name, metav1.DeleteOptions{}))
	})
	stoppedAt(t, first, "not-shaped", "templates", namespace+"/late was created at ")
}

func TestWhyNotOfFieldsThatAreNotAsTemplatesSay(t *testing.T) {
	t.Parallel()
	ours := startOwn(t, webhook.Options{}, nil)
	server.Template(t, ours.namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": "metadata: {labels: {team: a}}\nspec: {nodeSelector: {pool: spark}}"})
	own := swagetest.Driver("own")
	own.Spec.NodeSelector = map[string]string{"pool": "mine"}
	stoppedAt(t, server.Create(t, ours.namespace, own), "partly-shaped", "fields", "/spec/nodeSelector/pool: kept against "+ours.namespace+"/base/pod.yaml")

	pod := server.Create(t, ours.namespace, swagetest.Driver("changed"))
	if _, err := server.Client().CoreV1().Pods(ours.namespace).Patch(t.Context(), pod.Name, types.JSONPatchType, []byte(`[{"op":"remove","path":"/metadata/labels/team"}]`), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	stoppedAt(t, pod, "partly-shaped", "fields", "/metadata/labels/team: add by "+ours.namespace+"/base/pod.yaml")

	// Both are asked twice, and the other one has the last word.
	endpoint := webhooktest.Serve(t, server.CA(), webhooktest.ConstantPatch([]byte(`[{"op":"remove","path":"/metadata/labels/team"}]`)))
	alsoRegister(t, ours.namespace, endpoint, func(c *admissionv1.MutatingWebhookConfiguration) {
		c.Name = "99-" + ours.namespace
		c.Webhooks[0].Name, c.Webhooks[0].NamespaceSelector = "other.example.com", inNamespace(ours.namespace)
		c.Webhooks[0].ClientConfig.URL = new(endpoint.URL + "/other")
	})
	undone := server.Create(t, ours.namespace, swagetest.Driver("undone"))
	a := stoppedAt(t, undone, "partly-shaped", "fields", "another webhook (99-"+ours.namespace+")")
	if !strings.Contains(a.link("fields"), "/metadata/labels/team: add by") {
		t.Error(a.link("fields"))
	}
}

// A pod that would be denied never exists: it comes from a file, and the exit code is 1.
func TestWhyNotOfAPodThatWouldBeDenied(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	pod := swagetest.Asking(swagetest.Driver("d"), "nothing")
	pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
	file := filepath.Join(t.TempDir(), "pod.json")
	if err := os.WriteFile(file, []byte(text(t, pod)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := whyNot(t, server.Kubeconfig(), 1, "-f", file, "-n", namespace)
	if a.Outcome != "denied" || !strings.Contains(a.link("templates"), "no named template nothing in namespace "+namespace) {
		t.Errorf("%+v", a)
	}
	if _, err := server.TryCreate(t, namespace, pod); err == nil {
		t.Error("the server lets it pass")
	}
}

// A user who may read pods and ConfigMaps of a namespace is told what cannot be told.
func TestWhyNotWithFewRights(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, writes("team", "a"))
	pod := server.Create(t, namespace, swagetest.Driver("d"))
	user := "reader-" + namespace
	grant(t, namespace, user)
	a := whyNot(t, kubeconfigOf(t, user), 0, pod.Name, "-n", namespace)
	if a.Outcome != "shaped" || !strings.Contains(a.link("registration"), "unknown you may not read the mutatingwebhookconfigurations") {
		t.Errorf("%+v", a)
	}
}
