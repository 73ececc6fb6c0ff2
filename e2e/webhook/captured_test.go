package webhook_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

const captures = "../../podtemplate/testdata/"

// R1: pods as real spark-submits make them, and templates that use most of the
// merge. In the first round every pod is changed; between the rounds the API
// server's own plugins change it again (a priority is computed, a token goes
// into the sidecars or is not there to go); in the second round ours finds
// nothing to do, for any of them.
func TestRealPodsAreDoneAfterOneRound(t *testing.T) {
	t.Parallel()
	ensurePriorityClass(t, "interactive", 2000)
	for _, version := range []string{"3.5.9", "4.1.2"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			namespace := goldenNamespace(t)
			var driver *corev1.Pod
			second := 0
			for _, pod := range capturedPods(t, version) {
				if driver != nil {
					pod.OwnerReferences[0].UID = driver.UID
				}
				made := server.Create(t, namespace, pod)
				if made.Labels[podtemplate.RoleLabel] == string(podtemplate.Driver) {
					driver = made
				}
				second += changedOnce(t, made)
				withFollowers(t, made)
			}
			if second == 0 {
				t.Error("no pod was admitted a second time: this test proves nothing")
			}
		})
	}
}

// changedOnce wants the first call to have changed the pod and no other one; it
// returns how many others there were.
func changedOnce(t *testing.T, made *corev1.Pod) (others int) {
	t.Helper()
	calls := callsOf(t, made, webhooktest.ConfigurationName)
	if len(calls) == 0 || !calls[0].Mutated {
		t.Fatalf("%s: calls %s", made.Name, text(t, calls))
	}
	for _, again := range calls[1:] {
		if again.Mutated || len(again.Patch) > 0 {
			t.Errorf("%s: round %d changed the pod: %s", made.Name, again.Round, again.Patch)
		}
	}
	return len(calls) - 1
}

// withFollowers checks what the plugins made of the templates: R9.
func withFollowers(t *testing.T, made *corev1.Pod) {
	t.Helper()
	driver := made.Labels[podtemplate.RoleLabel] == string(podtemplate.Driver)
	if prioritised := made.Spec.Priority != nil && *made.Spec.Priority == 2000; prioritised != driver {
		t.Errorf("%s: priority %v", made.Name, made.Spec.Priority)
	}
	for _, container := range append(made.Spec.Containers, made.Spec.InitContainers...) {
		if token := count(container.VolumeMounts, isTokenMount) == 1; token != driver {
			t.Errorf("%s, container %s: a token: %t", made.Name, container.Name, token)
		}
	}
}

// goldenNamespace has the golden templates, all on the level of the namespace:
// those of the system would reach every other test's pods.
func goldenNamespace(t *testing.T) string {
	t.Helper()
	namespace := server.Namespace(t)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "spark"}}
	if _, err := server.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	all := capturedDocuments[corev1.ConfigMap](t, "golden/templates.yaml", "ConfigMap")
	for _, template := range all {
		template.Namespace = namespace
		if template.Annotations[podtemplate.SelectAnnotation] == "" {
			server.Templates(t, template)
		} else {
			createRaw(t, template)
		}
	}
	return namespace
}

// capturedPods are the pods of a capture as Spark sent them, without what the
// API server filled in; drivers come first.
func capturedPods(t *testing.T, version string) []*corev1.Pod {
	t.Helper()
	all := capturedDocuments[corev1.Pod](t, "spark/"+version+".yaml", "Pod")
	for _, pod := range all {
		pod.Namespace, pod.UID, pod.Status = "", "", corev1.PodStatus{}
		pod.Spec.Priority, pod.Spec.PreemptionPolicy, pod.Spec.Tolerations = nil, nil, nil
		isToken := func(name string) bool { return strings.HasPrefix(name, "kube-api-access-") }
		pod.Spec.Volumes = slices.DeleteFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return isToken(v.Name) })
		for i := range pod.Spec.Containers {
			mounts := &pod.Spec.Containers[i].VolumeMounts
			*mounts = slices.DeleteFunc(*mounts, func(m corev1.VolumeMount) bool { return isToken(m.Name) })
		}
	}
	if len(all) < 3 || all[0].Labels[podtemplate.RoleLabel] != string(podtemplate.Driver) {
		t.Fatal("the capture does not begin with a driver")
	}
	return all
}

func capturedDocuments[T any](t *testing.T, file, kind string) (all []*T) {
	t.Helper()
	content, err := os.ReadFile(captures + file)
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(string(content), "---\n") {
		var meta metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(document), &meta); err != nil {
			t.Fatal(err)
		}
		if meta.Kind != kind {
			continue
		}
		one := new(T)
		if err := yaml.UnmarshalStrict([]byte(document), one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}
