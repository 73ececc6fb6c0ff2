package clustertest

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Namespace makes a namespace for this test, named after it, and the default
// ServiceAccount in it, which a controller would make in a whole cluster:
// without it the API server takes no pod. Nobody cleans up; the server ends with
// the package.
func (s *Server) Namespace(t testing.TB) string {
	t.Helper()
	return s.NamespaceWith(t, nil)
}

// NamespaceWith is Namespace with labels.
func (s *Server) NamespaceWith(t testing.TB, labels map[string]string) string {
	t.Helper()
	meta := metav1.ObjectMeta{GenerateName: prefix(t.Name()), Labels: maps.Clone(labels)}
	made, err := s.Client().CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a namespace: %v", err)
	}
	s.ensureAccount(t, made.Name)
	return made.Name
}

// EnsureNamespace makes the namespace of that name, unless it exists, and its
// default ServiceAccount: for names that mean something, such as kube-system.
// All tests of the package share it.
func (s *Server) EnsureNamespace(t testing.TB, name string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: name}
	_, err := s.Client().CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatalf("make the namespace %s: %v", name, err)
	}
	s.ensureAccount(t, name)
}

func (s *Server) ensureAccount(t testing.TB, namespace string) {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	_, err := s.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatalf("make the default ServiceAccount of %s: %v", namespace, err)
	}
}

// maxPrefix leaves room for the server's random suffix: names have 63
// characters at most.
const maxPrefix = 50

// prefix makes the start of a namespace's name from a test's name.
func prefix(test string) string {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(test), "-")
	name = strings.Trim(name[:min(len(name), maxPrefix)], "-")
	return name + "-"
}
