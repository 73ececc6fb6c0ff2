package submit_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// A dry run by the server shows what it would store, its own values included,
// creates nothing, and shows no secret.
func TestDryRunByTheServer(t *testing.T) {
	namespace := server.Namespace(t)
	args := append([]string{"--dry-run=server", "-o", "yaml", "-n", namespace, "--conf", "spark.my.password=hunter2"}, pi...)
	text, told, code := program(t, append([]string{"submit"}, args...)...)
	said := text + told
	if code != 0 {
		t.Fatal(said)
	}
	var list struct {
		Items []struct {
			Kind     string
			Metadata metav1.ObjectMeta
			Spec     struct{ Tolerations []any }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	last := list.Items[len(list.Items)-1]
	if last.Kind != "Pod" || len(last.Spec.Tolerations) != 2 || last.Metadata.UID == "" {
		t.Errorf("the pod has none of the API server's values:\n%s", said)
	}
	if strings.Contains(said, "hunter2") || !strings.Contains(said, "warning: not shown, so that this output cannot be applied: spark.my.password") {
		t.Errorf("a secret is shown, or nobody says that one is hidden:\n%s", said)
	}
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if owners := ownersOf(t, namespace); err != nil || len(owners) != 0 || len(pods.Items) != 0 {
		t.Errorf("%d objects and %d pods were created, %v", len(owners), len(pods.Items), err)
	}
}

func TestDryRunThatTheServerRefuses(t *testing.T) {
	said, code := swage(t, append([]string{"--dry-run=server", "-n", "nowhere"}, pi...)...)
	if code != 1 || !strings.Contains(said, `namespaces "nowhere" not found`) {
		t.Errorf("exit code %d\n%s", code, said)
	}
}
