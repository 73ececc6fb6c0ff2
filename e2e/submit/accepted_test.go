package submit_test

import (
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
)

// The API server takes the objects of every case that is not refused, as they
// are: the plan's own checks leave nothing for it to find.
func TestServerTakesEveryCase(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata, "cases", "*.args"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	namespace, to := prepared(t), connection(t, nil)
	applied := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".args")
		args, env := readCase(t, file)
		objects, err := plan(t, namespace, env, args...)
		if err != nil {
			continue // that it must be refused is a test of the submitter's
		}
		applied++
		driver, err := submitter.Apply(t.Context(), to, objects)
		wantTaken(t, name, driver, err)
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
}
