package webhook_test

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/e2e/product"
)

// answered is what swage why-not says of a pod.
type answered struct {
	Outcome, StoppedAt, Advice string
	Links                      []struct {
		Name, Status, Evidence string
		Details                []string
	}
	Templates []struct {
		Template, Why string
		Selected      bool
	}
}

// link is what it says of one link, details included.
func (a answered) link(name string) string {
	for _, l := range a.Links {
		if l.Name == name {
			return strings.Join(append([]string{l.Status, l.Evidence}, l.Details...), " ")
		}
	}
	return ""
}

// why is what it says of one template.
func (a answered) why(template string) string {
	for _, one := range a.Templates {
		if one.Template == template {
			return one.Why
		}
	}
	return "there is no such template"
}

// whyNot asks the real program, as the administrator unless the kubeconfig is another.
func whyNot(t *testing.T, kubeconfig string, wantCode int, args ...string) answered {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, append([]string{"why-not", "-o", "json", "--kubeconfig", kubeconfig}, args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) || cmd.ProcessState.ExitCode() != wantCode {
		t.Fatalf("exit code %d: %v\n%s", cmd.ProcessState.ExitCode(), err, &stderr)
	}
	var a answered
	if err := json.Unmarshal(stdout.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, &stdout)
	}
	return a
}

// stoppedAt asks about a pod that exists, and wants the outcome, the link, and a part of what is said of it.
func stoppedAt(t *testing.T, pod *corev1.Pod, outcome, link, says string) answered {
	t.Helper()
	a := whyNot(t, server.Kubeconfig(), 0, pod.Name, "-n", pod.Namespace)
	if a.Outcome != outcome || a.StoppedAt != link || !strings.Contains(a.link(link), says) {
		t.Errorf("%s, stopped at %q, where it says %q; want %s, %q, %q\n%s", a.Outcome, a.StoppedAt, a.link(a.StoppedAt), outcome, link, says, text(t, a))
	}
	return a
}

func grant(t *testing.T, namespace, user string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: user}
	role := &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods", "configmaps"}, Verbs: []string{"get", "list"}}}}
	_, err1 := server.Client().RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{})
	_, err2 := server.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}, metav1.CreateOptions{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
}

func kubeconfigOf(t *testing.T, user string) string {
	t.Helper()
	cert, key, err := server.CA().Issue(pkix.Name{CommonName: user})
	if err != nil {
		t.Fatal(err)
	}
	config := clientcmdapi.NewConfig()
	config.Clusters[user] = &clientcmdapi.Cluster{Server: server.Config().Host, CertificateAuthorityData: server.Config().CAData}
	config.AuthInfos[user] = &clientcmdapi.AuthInfo{ClientCertificateData: cert, ClientKeyData: key}
	config.Contexts[user] = &clientcmdapi.Context{Cluster: user, AuthInfo: user}
	config.CurrentContext = user
	file := filepath.Join(t.TempDir(), user+".kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	return file
}
