package clustertest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var server Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

func TestANamespaceTakesPodsAtOnce(t *testing.T) {
	namespace := server.NamespaceWith(t, map[string]string{"env": "prod"})
	made, err := server.Client().CoreV1().Namespaces().Get(t.Context(), namespace, metav1.GetOptions{})
	if err != nil || made.Labels["env"] != "prod" {
		t.Errorf("got labels %v, %v", made.Labels, err)
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "p"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}},
	}
	if _, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Error(err)
	}
}

func TestEachTestHasItsOwnNamespace(t *testing.T) {
	if a, b := server.Namespace(t), server.Namespace(t); a == b {
		t.Errorf("both are %s", a)
	}
}

func TestANamespaceIsNamedAfterItsTest(t *testing.T) {
	rows := []struct{ test, want string }{
		{"TestShape", "testshape-"},
		{"TestShape/a_row,_with:signs", "testshape-a-row-with-signs-"},
		{"Test" + strings.Repeat("x", 100), "test" + strings.Repeat("x", maxPrefix-4) + "-"},
		{"Test" + strings.Repeat("x", maxPrefix-5) + "/y", "test" + strings.Repeat("x", maxPrefix-5) + "-"},
	}
	for _, row := range rows {
		if got := prefix(row.test); got != row.want {
			t.Errorf("%s: got %s, want %s", row.test, got, row.want)
		}
	}
}

// failOnPurpose is set for the run of this binary that must fail.
const failOnPurpose = "SWAGE_TEST_FAIL_ON_PURPOSE"

func TestAFailureKeepsTheLogsAndSaysWhere(t *testing.T) {
	if os.Getenv(failOnPurpose) != "" {
		t.Fatal("on purpose")
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+t.Name())
	again.Env = append(os.Environ(), failOnPurpose+"=1", "SWAGE_LOGS="+t.TempDir())
	out, err := again.CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("got %v, want exit status 1:\n%s", err, out)
	}
	said := regexp.MustCompile(`logs are in (.+)`).FindSubmatch(out)
	if said == nil {
		t.Fatalf("it does not say where the logs are:\n%s", out)
	}
	for _, file := range []string{"etcd.log", "kube-apiserver.log", "audit.log"} {
		if _, err := os.Stat(filepath.Join(string(said[1]), file)); err != nil {
			t.Error(err)
		}
	}
}
