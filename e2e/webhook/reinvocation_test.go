package webhook_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

const sidecarTemplate = `
metadata: {labels: {team: a}}
spec:
  volumes: [{name: data, emptyDir: {}}]
  tolerations: [{key: k, operator: Exists}]
  containers:
  - name: spark
    env: [{name: A, value: a}]
    volumeMounts: [{name: data, mountPath: /data}]
  - {name: agent, image: "agent:1", volumeMounts: [{name: data, mountPath: /data}]}
`

// otherWebhook is what an injector such as Istio's does: a container before all
// others, one after, a volume, a label.
var otherWebhook = []byte(`[
	{"op":"add","path":"/metadata/labels/other","value":"was-here"},
	{"op":"add","path":"/spec/containers/0","value":{"name":"first","image":"proxy:1"}},
	{"op":"add","path":"/spec/containers/-","value":{"name":"last","image":"proxy:1"}},
	{"op":"add","path":"/spec/volumes/0","value":{"name":"certs","emptyDir":{}}}
]`)

// Another webhook runs before or after ours: by its name it is asked first or
// last, and its work and ours are both in the pod, each once. In the second
// round, on what the other one made of our result, ours finds nothing to do.
func TestAnotherWebhookBeforeOrAfter(t *testing.T) {
	t.Parallel()
	for order, prefix := range map[string]string{"before": "00-aaa", "after": "99"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			ours := startOwn(t, webhook.Options{}, nil)
			server.Template(t, ours.namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
			registerOther(t, ours.namespace, prefix, otherWebhook)
			made := server.Create(t, ours.namespace, swagetest.Driver("d"))
			bothWorked(t, made)
			calls := callsOf(t, made, ours.config)
			if want := map[string]int{"before": 1, "after": 2}[order]; len(calls) < want || !calls[0].Mutated {
				t.Fatalf("calls %+v, want %d", calls, want)
			}
			for _, again := range calls[1:] {
				if again.Mutated {
					t.Errorf("round %d changed the pod: %s", again.Round, again.Patch)
				}
			}
		})
	}
}

// bothWorked wants the other webhook's part and ours in the pod, each once.
func bothWorked(t *testing.T, made *corev1.Pod) {
	t.Helper()
	if names := containerNames(made.Spec.Containers); !slices.Equal(names, []string{"first", "spark-kubernetes-driver", "last"}) {
		t.Fatalf("containers %v", names)
	}
	if names := containerNames(made.Spec.InitContainers); !slices.Equal(names, []string{"agent"}) {
		t.Errorf("sidecars %v", names)
	}
	spark := made.Spec.Containers[1]
	if count(spark.Env, func(e corev1.EnvVar) bool { return e.Name == "A" }) != 1 || made.Labels["team"] != "a" ||
		count(spark.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == "/data" }) != 1 {
		t.Errorf("our part: %+v", spark)
	}
	for _, name := range []string{"data", "certs"} {
		if count(made.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name }) != 1 {
			t.Errorf("volume %s in %+v", name, made.Spec.Volumes)
		}
	}
	if made.Labels["other"] != "was-here" || made.Annotations[podtemplate.ShapedAnnotation] == "" {
		t.Errorf("labels %v, annotations %v", made.Labels, made.Annotations)
	}
}

// A webhook after ours that throws annotations away: ours puts its own back, and
// shapes nothing twice although nothing on the pod says any more that it was.
func TestShapingDoesNotRelyOnItsAnnotation(t *testing.T) {
	t.Parallel()
	ours := startOwn(t, webhook.Options{}, nil)
	server.Template(t, ours.namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	registerOther(t, ours.namespace, "99", []byte(`[{"op":"replace","path":"/metadata/annotations","value":{}}]`))
	pod := swagetest.Driver("d")
	pod.Annotations = map[string]string{"some": "annotation"}
	made := server.Create(t, ours.namespace, pod)
	if made.Annotations[podtemplate.ShapedAnnotation] == "" || len(made.Spec.InitContainers) != 1 || len(made.Spec.Tolerations) != 3 {
		t.Errorf("%s", text(t, made))
	}
	calls := callsOf(t, made, ours.config)
	if len(calls) != 2 || strings.Count(string(calls[1].Patch), `"op"`) != 1 {
		t.Errorf("calls %s", text(t, calls))
	}
}

// registerOther asks the other webhook once a pod: its patch is not made for a second time.
func registerOther(t *testing.T, namespace, name string, patch []byte) {
	t.Helper()
	endpoint := webhooktest.Serve(t, server.CA(), webhooktest.ConstantPatch(patch))
	alsoRegister(t, namespace, endpoint, func(c *admissionv1.MutatingWebhookConfiguration) {
		c.Name = name + "-" + namespace
		c.Webhooks[0].Name = "other.example.com"
		c.Webhooks[0].NamespaceSelector = inNamespace(namespace)
		c.Webhooks[0].ReinvocationPolicy = new(admissionv1.NeverReinvocationPolicy)
	})
}

// R1: after our patch the API server defaults and admits the pod once more, and
// asks again if that changed something. It did here, twice over: the token went
// into our sidecar, and the priority was computed anew. The second answer is empty.
func TestTheSecondRoundFindsNothingToDo(t *testing.T) {
	t.Parallel()
	ensurePriorityClass(t, "batch-e2e", 1000)
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	server.Template(t, namespace, "urgent", podtemplate.Default, map[string]string{"pod.yaml": "spec: {priorityClassName: batch-e2e}"})
	made := server.Create(t, namespace, swagetest.Driver("d"))
	if made.Spec.Priority == nil || *made.Spec.Priority != 1000 {
		t.Errorf("priority %v was not computed from the template's class", made.Spec.Priority)
	}
	if mounts := made.Spec.InitContainers[0].VolumeMounts; count(mounts, isTokenMount) != 1 {
		t.Errorf("the sidecar has no token: %+v", mounts)
	}
	calls := callsOf(t, made, webhooktest.ConfigurationName)
	if len(calls) != 2 || calls[1].Round != 1 || calls[1].Mutated || len(calls[1].Patch) > 0 {
		t.Errorf("calls %s", text(t, calls))
	}
}

func callsOf(t *testing.T, pod *corev1.Pod, config string) []audit.Call {
	t.Helper()
	all, err := server.Audit().CallsOf(t.Context(), pod.UID)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(c audit.Call) bool { return c.Configuration != config })
}

func isTokenMount(m corev1.VolumeMount) bool {
	return m.MountPath == "/var/run/secrets/kubernetes.io/serviceaccount"
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

func containerNames(containers []corev1.Container) (names []string) {
	for _, c := range containers {
		names = append(names, c.Name)
	}
	return names
}

func text(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(out)
}
