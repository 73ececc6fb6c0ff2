package webhook_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

// Metrics of other webhooks count failures as successes. Here every outcome is
// brought about once, on a server of its own, and each is counted once, as what it was.
func TestMetricsTellTheTruth(t *testing.T) {
	t.Parallel()
	own := startOwn(t, webhook.Options{}, nil)
	namespace := own.namespace
	server.Template(t, namespace, "named", podtemplate.Named, writes("pool", "spot"))
	createRaw(t, swagetest.TemplateMap(namespace, "broken", podtemplate.Named, map[string]string{"pod.yaml": "spec: {x: y}"}))
	strict := swagetest.TemplateMap(namespace, "strict", podtemplate.Named, conflicting)
	strict.Annotations = map[string]string{podtemplate.OnConflictAnnotation: string(podtemplate.Reject)}
	createRaw(t, strict)
	invalid := swagetest.TemplateMap(namespace, "invalid", podtemplate.Named, map[string]string{
		"pod.yaml": "spec: {containers: [{name: spark, securityContext: {allowPrivilegeEscalation: false}}]}",
	})
	invalid.Annotations = map[string]string{podtemplate.OnConflictAnnotation: string(podtemplate.Replace)}
	createRaw(t, invalid)

	gone := swagetest.Driver("gone")
	gone.UID = "00000000-0000-4000-8000-000000000000"
	optedOut := swagetest.Driver("opted-out")
	optedOut.Annotations = map[string]string{podtemplate.ShapeAnnotation: "false"}
	rows := []struct {
		verdict podtemplate.Verdict
		role    string
		pod     *corev1.Pod
	}{
		{podtemplate.Shaped, "driver", swagetest.Asking(swagetest.Driver("shaped"), "named")},
		{podtemplate.Unchanged, "driver", swagetest.Driver("unchanged")},
		{podtemplate.SkippedOptOut, "driver", optedOut},
		{podtemplate.DeniedConflict, "driver", swagetest.Asking(picky(swagetest.Driver("conflict")), "strict")},
		{podtemplate.DeniedInvalid, "driver", swagetest.Asking(privileged(swagetest.Driver("invalid")), "invalid")},
		{podtemplate.DeniedMissingTemplate, "driver", swagetest.Asking(swagetest.Driver("missing"), "absent")},
		{podtemplate.DeniedBrokenTemplate, "driver", swagetest.Asking(swagetest.Driver("broken"), "broken")},
		{podtemplate.DeniedMissingDriver, "executor", swagetest.Executor("orphan", gone)},
	}
	for _, row := range rows {
		counts(t, own.Status, row.role, row.verdict, func() {
			_, err := server.TryCreate(t, namespace, row.pod)
			if row.verdict.Allowed() != (err == nil) {
				t.Errorf("%s: got %v", row.verdict, err)
			}
		})
	}
	countsWhatTheServerDoesNotSend(t, own)
	if _, body := fetch(t, own.Status+"/metrics"); strings.Contains(body, namespace) {
		t.Error("text of users is in the metrics")
	}
}

// The registration keeps these away; another one may not.
func countsWhatTheServerDoesNotSend(t *testing.T, own own) {
	t.Helper()
	client := trusting(t)
	ordinary, system := swagetest.Driver("d"), swagetest.Driver("d")
	ordinary.Labels = nil
	system.Namespace = metav1.NamespaceSystem
	for _, row := range []struct {
		verdict podtemplate.Verdict
		role    string
		body    []byte
	}{
		{podtemplate.SkippedNotSpark, "none", reviewOf(t, ordinary)},
		{podtemplate.SkippedNamespace, "driver", reviewOf(t, system)},
		{podtemplate.Failed, "none", []byte("{")},
	} {
		counts(t, own.Status, row.role, row.verdict, func() { post(t, client, own.URL+"/shape", "application/json", row.body) })
	}
}

// counts fails unless what do does is counted once, as that verdict, and as no other.
func counts(t *testing.T, status, role string, verdict podtemplate.Verdict, do func()) {
	t.Helper()
	before := counters(t, status)
	do()
	for key, n := range counters(t, status) {
		want := before[key]
		if key == fmt.Sprintf(`role="%s",verdict="%s"`, role, verdict) {
			want++
		}
		// The API server's second call on a shaped pod finds nothing to change.
		if verdict == podtemplate.Shaped && key == fmt.Sprintf(`role="%s",verdict="unchanged"`, role) {
			continue
		}
		if n != want {
			t.Errorf("%s: %s went from %d to %d, want %d", verdict, key, before[key], n, want)
		}
	}
}

func privileged(pod *corev1.Pod) *corev1.Pod {
	pod.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
	return pod
}

var counter = regexp.MustCompile(`(?m)^swage_admission_requests_total\{(.*)\} (\d+)$`)

// counters are the server's admissions by role and verdict.
func counters(t *testing.T, status string) map[string]int {
	t.Helper()
	_, body := fetch(t, status+"/metrics")
	all := map[string]int{}
	for _, match := range counter.FindAllStringSubmatch(body, -1) {
		var n int
		if _, err := fmt.Sscan(match[2], &n); err != nil {
			t.Fatal(err)
		}
		all[match[1]] = n
	}
	if len(all) == 0 {
		t.Fatalf("no counter in %s", body)
	}
	return all
}

func createRaw(t *testing.T, template *corev1.ConfigMap) {
	t.Helper()
	if _, err := server.Client().CoreV1().ConfigMaps(template.Namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
