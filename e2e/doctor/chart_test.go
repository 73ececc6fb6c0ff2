package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// upgraded upgrades the release with values, until the test's end.
func upgraded(t *testing.T, values ...string) {
	t.Helper()
	upgrade := func(values ...string) {
		ctx := context.WithoutCancel(t.Context())
		if err := errors.Join(here.release(ctx, "upgrade", values...), here.trust(ctx)); err != nil {
			t.Fatal(err)
		}
		mended(t)
	}
	t.Cleanup(func() { upgrade() })
	upgrade(values...)
}

// R35: the recognisers that the chart writes exclude Spark's own pods and each other.
func recognisersOfTheChart(t *testing.T) {
	upgraded(t, "recognisers[0].name=zeppelin", "recognisers[0].role=driver", "recognisers[0].container=spark", "recognisers[0].objectSelector.matchLabels.interpreterSettingName=spark",
		"recognisers[1].name=jupyter", "recognisers[1].role=driver", "recognisers[1].objectSelector.matchLabels.component=notebook")
	results, code := examined(t, server.Kubeconfig())
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, r := range results {
		if r.State != wellState(r.Check) && !history(r) || r.Check == "recognisers" && !strings.HasPrefix(r.Message, "3 entries") {
			t.Errorf("%+v", r)
		}
	}
}

// R38: a second installation by the chart, of a class and with namespaces of its
// own. That it has no replica yet is told of it, and nothing of the first.
func secondInstallation(t *testing.T) {
	const second, team = "swage-b", "team-b"
	upgraded(t, "namespaceSelector.matchExpressions[0].key=team", "namespaceSelector.matchExpressions[0].operator=NotIn", "namespaceSelector.matchExpressions[0].values[0]=b")
	created[*corev1.Namespace](t, server.Client().CoreV1().Namespaces(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: team, Labels: map[string]string{"team": "b"}}})
	written(t, team, "b", podtemplate.Default, "metadata: {labels: {a: b}}\n", func(cm *corev1.ConfigMap) { cm.Labels["swage.dev/class"] = "b" })
	helm := func(args ...string) {
		ctx := context.WithoutCancel(t.Context())
		if out, err := here.helm.Run(ctx, server.Kubeconfig(), append(args, "--namespace", second)...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	helm("install", "swage", here.helm.Chart(), "--create-namespace", "--set", "class=b", "--set", "namespaceSelector.matchLabels.team=b")
	t.Cleanup(func() { helm("uninstall", "swage") })
	results, code := examined(t, server.Kubeconfig())
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	var failed []string
	for _, r := range results {
		if r.Installation != second+"/swage-b-webhook" {
			if r.State != wellState(r.Check) && !history(r) {
				t.Errorf("%+v", r)
			}
			continue
		}
		if r.State == "failed" {
			failed = append(failed, r.Check)
		}
	}
	if !slices.Equal(failed, []string{"replicas", "service"}) {
		t.Errorf("of the second are failed: %v", failed)
	}
	if _, said, _ := program(t, server.Kubeconfig(), "why-not", "-f", driverFile(t), "--class", "c"); !strings.Contains(said, `no installation in this cluster is of class "c"; there are: one without a class, "b"`) {
		t.Errorf("of a class that nobody has: %s", said)
	}
	if worst(ofInstallation(results, second), "reach") != "ok" || worst(ofInstallation(results, second), "templates-load") != "ok" {
		t.Errorf("of the second: %+v", ofInstallation(results, second))
	}
}

// driverFile is a driver that does not exist yet.
func driverFile(t *testing.T) string {
	t.Helper()
	pod := swagetest.Driver("later")
	pod.APIVersion, pod.Kind, pod.Namespace = "v1", "Pod", jobs
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pod.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ofInstallation are the results about the installation in a namespace.
func ofInstallation(results []result, namespace string) []result {
	return slices.DeleteFunc(slices.Clone(results), func(r result) bool { return !strings.HasPrefix(r.Installation, namespace+"/") })
}
