package submit_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// testdata is where the submitter's cases are.
const testdata = "../../submitter/testdata"

// plan plans arguments in the folder of the cases, for a namespace of the cluster.
func plan(t *testing.T, namespace string, env map[string]string, args ...string) (*submitter.Objects, error) {
	t.Helper()
	o, err := planOptions(t, namespace, env, args...)
	if err != nil {
		return nil, err
	}
	return submitter.Plan(o)
}

func planOptions(t *testing.T, namespace string, env map[string]string, args ...string) (submitter.Options, error) {
	t.Helper()
	line, err := commandline.Parse(append([]string{"--master", "k8s://" + server.Config().Host}, args...))
	if err != nil {
		return submitter.Options{}, err
	}
	dir, err := filepath.Abs(filepath.Join(testdata, "cases"))
	if err != nil {
		t.Fatal(err)
	}
	return submitter.Options{
		Line: line, Namespace: namespace, Files: os.DirFS("/"), Dir: dir, SparkVersion: "4.2.0",
		Env: func(name string) (string, bool) { value, set := env[name]; return value, set },
	}, nil
}

// connection is the API server as the submitter sees it. wrap may stand between.
func connection(t testing.TB, wrap func(http.RoundTripper) http.RoundTripper) *apiserver.Server {
	t.Helper()
	client, err := rest.HTTPClientFor(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		client.Transport = wrap(client.Transport)
	}
	return apiserver.New(server.Config().Host, client)
}

// prepared is a namespace with what the cases refer to.
func prepared(t *testing.T) string {
	t.Helper()
	namespace := server.Namespace(t)
	for _, name := range []string{"spark", "template-account", "conf-account"} {
		account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := server.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}
	_, err := server.Client().SchedulingV1().PriorityClasses().Create(t.Context(), class, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	return namespace
}

// pi is a small application.
var pi = []string{"--conf", "spark.kubernetes.container.image=spark:4.1.2", "local:///opt/pi.py"}
