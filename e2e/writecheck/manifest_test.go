package writecheck_test

import (
	"context"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/sparkapplication"
)

// S24: what a manifest says of executors goes by templates that they ask for
// where the webhook heeds them and whoever submits may write them (R36), else by
// Spark's pod template. Executors have it either way, and their own memory limit
// by the templates, whoever makes them.
func TestS24ExecutorsHaveTemplatesOfTheirOwn(t *testing.T) {
	checked(t)
	roles(t)
	submitterRole(t)
	unreached, _ := server.OwnWebhook(t)
	for _, row := range []struct {
		rule, namespace string
		roles           []string
		named           bool
	}{
		{"who may write templates", server.Namespace(t), []string{writerRole, submits}, true},
		{"who may not", server.Namespace(t), []string{submits}, false},
		{"where no webhook looks", unreached, []string{writerRole, submits}, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			user := "s24-" + row.namespace
			account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "spark"}}
			if _, err := server.Client().CoreV1().ServiceAccounts(row.namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			for _, role := range row.roles {
				grant(t, row.namespace, role, user)
			}
			to := serverAs(t, user)
			objects := planned(t, row.namespace, submitter.Options{})
			can, err := lifecycle.CanName(t.Context(), to, objects)
			if err != nil || can != row.named {
				t.Fatalf("by name: %t, %v", can, err)
			}
			if can {
				objects = planned(t, row.namespace, submitter.Options{Given: submitter.Given{Named: true}})
			}
			driver, err := lifecycle.Apply(t.Context(), to, objects)
			if err != nil {
				t.Fatal(err)
			}
			wantExecutors(t, driver, row.named)
		})
	}
}

func wantExecutors(t *testing.T, driver *corev1.Pod, named bool) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(driver.Namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor"})
	if err != nil || len(pods.Items) != 2 {
		t.Fatalf("%d executors, %v", len(pods.Items), err)
	}
	for _, pod := range pods.Items {
		if pod.Spec.TopologySpreadConstraints == nil || !strings.Contains(pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1].Name, "shipper") {
			t.Errorf("%s is not as the manifest says: %v", pod.Name, pod.Spec.InitContainers)
		}
		shaped := strings.Contains(pod.Annotations["swage.dev/shaped"], "-executor-memory")
		if limit := pod.Spec.Containers[0].Resources.Limits.Memory().String(); limit != "2Gi" || shaped != named {
			t.Errorf("%s: a limit of %s, shaped by templates of its own: %t", pod.Name, limit, shaped)
		}
	}
}

// planned is the manifest with most fields, for a namespace.
func planned(t *testing.T, namespace string, o submitter.Options) *submitter.Objects {
	t.Helper()
	text, err := os.ReadFile("../../submitter/sparkapplication/testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := yaml.YAMLToJSON([]byte(strings.Replace(string(text), "    priorityClassName: high\n", "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	read, err := sparkapplication.Read(sparkapplication.Document{File: "everything.yaml", JSON: document})
	if err != nil {
		t.Fatal(err)
	}
	app, err := read.Application(sparkapplication.Options{Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	o.ExecutorsBy, o.Gang, o.HelperImage = submitter.BySubmitter, true, submitter.HelperNone
	o.Server = func(string) (string, error) { return server.Config().Host, nil }
	objects, err := app.Plan(o)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// submits is the role of who submits applications, in place of "edit", which no
// controller fills here.
const submits = "s24-submits"

func submitterRole(t *testing.T) {
	t.Helper()
	every := []string{"create", "get", "list", "watch", "patch", "delete"}
	made := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: submits}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "configmaps", "services", "secrets"}, Verbs: every},
		{APIGroups: []string{"networking.k8s.io", "policy"}, Resources: []string{"ingresses", "poddisruptionbudgets", "networkpolicies"}, Verbs: every},
	}}
	if _, err := server.Client().RbacV1().ClusterRoles().Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Client().RbacV1().ClusterRoles().Delete(context.WithoutCancel(t.Context()), submits, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// serverAs is the API server as somebody without rights of their own sees it.
func serverAs(t *testing.T, user string) *apiserver.Server {
	t.Helper()
	config := rest.CopyConfig(server.Config())
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return apiserver.New(config.Host, client)
}
