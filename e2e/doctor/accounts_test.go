package doctor_test

import (
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// editing is the part of Kubernetes' role edit that Spark needs. (The role itself is filled by a controller.)
func editing() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "pods/attach", "pods/log", "configmaps", "services", "secrets", "persistentvolumeclaims", "events"}, Verbs: []string{"*"}},
		{APIGroups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}, Verbs: []string{"*"}},
		{APIGroups: []string{"networking.k8s.io"}, Resources: []string{"networkpolicies"}, Verbs: []string{"*"}},
	}
}

// account makes a service account of jobs with these rights until the test's end.
func account(t *testing.T, name string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: name}
	created[*corev1.ServiceAccount](t, server.Client().CoreV1().ServiceAccounts(jobs), &corev1.ServiceAccount{ObjectMeta: meta})
	created[*rbacv1.Role](t, server.Client().RbacV1().Roles(jobs), &rbacv1.Role{ObjectMeta: meta, Rules: rules})
	created[*rbacv1.RoleBinding](t, server.Client().RbacV1().RoleBindings(jobs), &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: jobs, Name: name}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
	})
}

func may(verb string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{""}, Resources: resources, Verbs: strings.Split(verb, ",")}
}

// What Spark's accounts lack is told, each right with what it is for; and what they may and must not.
func sparksAccounts(t *testing.T) {
	for _, row := range []accountRow{
		{"all that edit has", editing(), "ok", "ok", "may do what drivers do"},
		{"pods may be seen and no more", []rbacv1.PolicyRule{may("get,list,watch", "pods")}, "warning", "failed", "only swage submit --executors-by submitter does"},
		{"no rights", nil, "failed", "failed", "may not get pods, list pods, watch pods in namespace jobs: no driver sees its executors"},
		{"templates may be written", append(editing(), rbacv1.PolicyRule{APIGroups: []string{"swage.dev"}, Resources: []string{"templates"}, Verbs: []string{"write"}}), "failed", "ok", "may write templates"},
	} {
		t.Run(row.rule, row.test)
	}
	results, _ := examined(t, server.Kubeconfig(), "-n", jobs, "--serviceaccount", "nobody")
	if worst(results, "driver-rights") != "failed" || worst(results, "submit-rights") != "ok" {
		t.Errorf("an account that does not exist, and the administrator: %+v", results)
	}
}

// accountRow is an account that drivers run as and that submits, and what is said of it.
type accountRow struct {
	rule           string
	rules          []rbacv1.PolicyRule
	driver, submit string // states
	says           string // of the driver's rights
}

func (row *accountRow) test(t *testing.T) {
	account(t, "spark", row.rules...)
	patience.Until(t, "what is said of the account", func() error { // API servers learn of roles a moment later
		results, code := examined(t, server.Kubeconfig(), "-n", jobs, "--serviceaccount", "spark", "--submitter", "spark")
		return row.told(results, code)
	})
}

func (row *accountRow) told(results []result, code int) error {
	var wrong []error
	if driver, submit := worst(results, "driver-rights"), worst(results, "submit-rights"); driver != row.driver || submit != row.submit {
		wrong = append(wrong, fmt.Errorf("driver-rights %s, submit-rights %s", driver, submit))
	}
	if failed := row.driver == "failed" || row.submit == "failed"; (code == 1) != failed {
		wrong = append(wrong, fmt.Errorf("exit %d", code))
	}
	told := false
	for _, r := range results {
		told = told || r.Check == "driver-rights" && strings.Contains(r.Message, row.says)
		if !strings.HasSuffix(r.Check, "-rights") && !history(r) && r.State != "ok" {
			wrong = append(wrong, fmt.Errorf("also %+v", r))
		}
	}
	if !told {
		wrong = append(wrong, fmt.Errorf("nobody says %q: %+v", row.says, results))
	}
	return errors.Join(wrong...)
}

// worst is the worst state of a check.
func worst(results []result, check string) (state string) {
	rank := map[string]int{"skipped": 1, "ok": 2, "unknown": 3, "warning": 4, "failed": 5}
	for _, r := range results {
		if r.Check == check && rank[r.State] > rank[state] {
			state = r.State
		}
	}
	return state
}

// Whoever may see the registrations and nothing else is told, for each check, what was seen, or which right it takes.
func fewRights(t *testing.T) {
	created[*rbacv1.ClusterRole](t, server.Client().RbacV1().ClusterRoles(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "sees-registrations"},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"admissionregistration.k8s.io"}, Resources: []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}, Verbs: []string{"list"},
		}},
	})
	created[*rbacv1.ClusterRoleBinding](t, server.Client().RbacV1().ClusterRoleBindings(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "sees-registrations"}, Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "guest"}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "sees-registrations"},
	})
	results, code := examinedInRole(t, as(t, "guest"))
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	seen := map[string]string{}
	for _, r := range results {
		seen[r.Check] = r.State
		if r.State == "unknown" && (!strings.Contains(r.Message, "you may not ") || !strings.HasPrefix(r.Do, "kubectl auth can-i ")) || r.State == "failed" {
			t.Errorf("%+v", r)
		}
	}
	for check, want := range map[string]string{
		"registration": "ok", "template-checks": "ok", "settings": "ok", "timeout": "ok", "recognisers": "ok",
		"replicas": "unknown", "service": "unknown", "certificate-trusted": "unknown", "certificate-expiry": "unknown", "called": "unknown", "order": "unknown",
		"templates-load": "unknown", "refusals": "unknown", "server-rights": "unknown", "reach": "unknown", "templates-stale": "unknown", "exclusions": "unknown",
	} {
		if seen[check] != want {
			t.Errorf("%s: %s, want %s", check, seen[check], want)
		}
	}
	results, code = examined(t, as(t, "stranger"))
	if code != 0 || worst(results, "registration") != "unknown" {
		t.Errorf("exit %d: %+v", code, results)
	}
}

// examinedInRole is examined by somebody who may see registrations since a moment ago.
func examinedInRole(t *testing.T, kubeconfig string) (results []result, code int) {
	t.Helper()
	patience.Until(t, "the role to hold", func() error {
		if results, code = examined(t, kubeconfig); worst(results, "registration") != "ok" || worst(results, "template-checks") != "ok" {
			return fmt.Errorf("%+v", results)
		}
		return nil
	})
	return results, code
}

// as is a kubeconfig of a user.
func as(t *testing.T, user string) string {
	t.Helper()
	cert, key, err := server.CA().Issue(pkix.Name{CommonName: user})
	if err != nil {
		t.Fatal(err)
	}
	admin := server.Config()
	return kubeconfigOf(t, admin.Host, func(c *clientcmdapi.Cluster, u *clientcmdapi.AuthInfo) {
		c.CertificateAuthorityData, u.ClientCertificateData, u.ClientKeyData = admin.CAData, cert, key
	})
}

func kubeconfigOf(t *testing.T, host string, set func(*clientcmdapi.Cluster, *clientcmdapi.AuthInfo)) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["it"], config.AuthInfos["it"] = &clientcmdapi.Cluster{Server: host}, &clientcmdapi.AuthInfo{}
	set(config.Clusters["it"], config.AuthInfos["it"])
	config.Contexts["it"], config.CurrentContext = &clientcmdapi.Context{Cluster: "it", AuthInfo: "it"}, "it"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// An API server that says that it is of Kubernetes 1.27.
func oldKubernetes(t *testing.T) {
	target, err := url.Parse(server.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/version" {
			_ = json.NewEncoder(w).Encode(map[string]string{"major": "1", "minor": "27", "gitVersion": "v1.27.16"})
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(old.Close)
	results, code := examined(t, kubeconfigOf(t, old.URL, func(*clientcmdapi.Cluster, *clientcmdapi.AuthInfo) {}))
	for _, r := range results {
		if r.Check == "kubernetes" && (r.State != "failed" || !strings.Contains(r.Message, "v1.27.16 does not know matchConditions")) || r.Check != "kubernetes" && !history(r) && r.State != wellState(r.Check) {
			t.Errorf("%+v", r)
		}
	}
	if code != 1 {
		t.Errorf("exit %d", code)
	}
}
