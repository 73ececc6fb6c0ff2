package submit_test

import (
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// The API server takes the objects of every case that is not refused, as they
// are: the plan's own checks leave nothing for it to find.
func TestServerTakesEveryCase(t *testing.T) {
	cases, err := submittertest.ReadCases(filepath.Join(testdata, "cases"))
	if err != nil {
		t.Fatal(err)
	}
	namespace, to := prepared(t), connection(t, nil)
	applied := 0
	for _, c := range cases {
		objects, err := plan(t, namespace, c.Env, c.Args...)
		if err != nil {
			continue // that it must be refused is a test of the submitter's
		}
		applied++
		driver, err := lifecycle.Apply(t.Context(), to, objects)
		wantTaken(t, c.Name, driver, err)
	}
	if applied < 70 {
		t.Errorf("only %d cases were applied", applied)
	}
}

func wantTaken(t *testing.T, name string, driver *corev1.Pod, err error) {
	t.Helper()
	if reason, refused := refusedByServer[name]; refused {
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v", name, err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	stored, err := server.Client().CoreV1().Pods(driver.Namespace).Get(t.Context(), driver.Name, metav1.GetOptions{})
	if err != nil || len(stored.Spec.SchedulingGates) != 0 {
		t.Errorf("%s: %v, gates %v", name, err, stored.Spec.SchedulingGates)
	}
}

// refusedByServer are cases that only the API server can judge.
var refusedByServer = map[string]string{
	"service":      "not configured on this cluster", // it has IPv4 only
	"service-ipv6": "not configured on this cluster",

	"volcano":          "this cluster knows no PodGroup",
	"volcano-template": "this cluster knows no PodGroup",
	"volcano-json":     "this cluster knows no PodGroup",
}
