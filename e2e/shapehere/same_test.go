package shapehere

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/submittertest"
)

// outcome is what became of a submission: pods, or a denial.
type outcome struct {
	pods   []corev1.Pod
	reason string
}

var pi = []string{"--conf", "spark.kubernetes.container.image=spark:4.1.2", "--name", "pi", "local:///opt/pi.py"}

func (s submission) submit(t *testing.T, program, namespace string, args ...string) outcome {
	t.Helper()
	said, code := swage(t, program, append(append(append([]string{"-n", namespace}, args...), s.args...), pi...)...)
	o := outcome{pods: takePods(t, namespace)}
	if code != 0 {
		o.reason = reasonOf(t, said)
	}
	if (code == 0) == (len(o.pods) == 0) {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	return o
}

// reasonOf is why the pod is denied, in the words of the engine: the sentence of
// the verdict. Executors that would be denied are told before the driver is.
func reasonOf(t *testing.T, said string) string {
	t.Helper()
	found := regexp.MustCompile(`(?:denied the request: |the templates deny it: |the executors: )([^:\n]+)`).FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("no denial:\n%s", said)
	}
	return found[1]
}

// S19: a pod that swage shapes itself is stored as the same pod that the webhook
// shapes, the annotation that tells so included; and it is denied for the same
// reason.
func TestS19TheSamePodsWithAndWithoutTheWebhook(t *testing.T) {
	world(t)
	program, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	all := append(submissions(), chosen()...)
	namespaces, there := make([]string, len(all)), make([]outcome, len(all))
	for i, s := range all {
		namespaces[i] = s.namespace(t)
	}
	withWebhook(t, func() {
		for i, s := range all {
			there[i] = s.submit(t, program, namespaces[i])
			if there[i].reason == "" {
				wantDryRun(t, s, program, namespaces[i], there[i].pods)
			}
		}
	})
	shaped, denied := 0, 0
	for i, s := range all {
		t.Run(s.rule, func(t *testing.T) {
			here := s.submit(t, program, namespaces[i], "--shape", "here")
			if there[i].reason != here.reason {
				t.Fatalf("the webhook says %q, swage %q", there[i].reason, here.reason)
			}
			if here.reason != "" {
				denied++
				return
			}
			if here.pods[0].Annotations[podtemplate.ShapedAnnotation] != "" {
				shaped++
			}
			if a, b := text(t, there[i].pods), text(t, here.pods); a != b {
				t.Errorf("the pods differ:\n%s", udiff.Unified("webhook", "here", a, b))
			}
			wantDryRun(t, s, program, namespaces[i], here.pods, "--shape", "here")
		})
	}
	if shaped < 15 || denied < 3 {
		t.Errorf("only %d pods were shaped, %d denied", shaped, denied)
	}
}

// wantDryRun checks that a dry run by the server, with what may follow, shows the
// pods as they are stored.
func wantDryRun(t *testing.T, s submission, program, namespace string, stored []corev1.Pod, more ...string) {
	t.Helper()
	args := append(append([]string{"-n", namespace, "--dry-run=server", "-o", "json"}, more...), s.args...)
	said, code := swage(t, program, append(args, pi...)...)
	if code != 0 {
		t.Errorf("%s: a dry run: exit code %d\n%s", s.rule, code, said)
		return
	}
	var list struct{ Items []corev1.Pod }
	if err := json.Unmarshal([]byte(said[strings.Index(said, "\n{")+1:]), &list); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	list.Items = slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.Kind != "Pod" })
	stored = slices.Clone(stored)
	for i := range stored {
		// In a dry run there is no driver yet, and no gate was lifted.
		stored[i].OwnerReferences, stored[i].Generation = nil, 1
	}
	if a, b := text(t, stored), text(t, list.Items); a != b {
		t.Errorf("%s: a dry run shows other pods:\n%s", s.rule, udiff.Unified("stored", "dry run", a, b))
	}
}

// text is pods without what is new in each, and without who wrote what: the
// webhook's part counts as the API server's, ours as the client's.
func text(t *testing.T, pods []corev1.Pod) string {
	t.Helper()
	var all strings.Builder
	for i := range pods {
		pod := pods[i].DeepCopy()
		meta := &pod.ObjectMeta
		meta.UID, meta.ResourceVersion, meta.CreationTimestamp, meta.ManagedFields = "", "", metav1.Time{}, nil
		for j := range meta.OwnerReferences {
			meta.OwnerReferences[j].UID = ""
		}
		pod.TypeMeta, pod.Status = metav1.TypeMeta{}, corev1.PodStatus{}
		dropExecutorTemplate(&pod.Spec)
		out, err := yaml.Marshal(pod)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(submittertest.Masked(string(out)) + "---\n")
	}
	return all.String()
}

// dropExecutorTemplate drops the one thing that a driver has more: the pod
// template by which it shapes the executors that it makes.
func dropExecutorTemplate(spec *corev1.PodSpec) {
	const volume = "pod-template-volume"
	spec.Volumes = slices.DeleteFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == volume })
	for i := range spec.Containers {
		mounts := &spec.Containers[i].VolumeMounts
		*mounts = slices.DeleteFunc(*mounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
	}
}
