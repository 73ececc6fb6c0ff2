package nodetest

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Accounts of a test's namespace: the one that drivers run as, and the one that
// spark-submit uses. Both may edit what is in it.
const (
	DriverAccount = "spark"
	Submitter     = "submitter"
)

// Namespace makes a namespace for this test, named after it, with accounts for
// Spark. What runs in it ends with the test.
func (c *Cluster) Namespace(t testing.TB) string {
	t.Helper()
	meta := metav1.ObjectMeta{GenerateName: prefix(t.Name())}
	made, err := c.Client().CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a namespace: %v", err)
	}
	for _, account := range []string{DriverAccount, Submitter} {
		c.account(t, made.Name, account)
	}
	c.Await(t, "the default account", func() error {
		_, err := c.Client().CoreV1().ServiceAccounts(made.Name).Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
	t.Cleanup(func() { c.end(t, made.Name) })
	return made.Name
}

// end deletes a namespace, and with it its pods, unless a human will want to
// look at what was left.
func (c *Cluster) end(t testing.TB, namespace string) {
	if t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := c.Client().CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{}); err != nil {
		t.Errorf("delete the namespace: %v", err)
	}
}

func (c *Cluster) account(t testing.TB, namespace, name string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: name}
	if _, err := c.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
		t.Fatalf("make the account %s: %v", name, err)
	}
	c.Grant(t, namespace, name, "edit")
}

// token is one of the submitter's.
func (c *Cluster) token(t testing.TB, namespace string) string {
	t.Helper()
	made, err := c.Client().CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), Submitter, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a token: %v", err)
	}
	return made.Status.Token
}

// prefix makes the start of a namespace's name from a test's name. Spark makes
// a pod's name of much; there is no room for long ones.
func prefix(test string) string {
	const room = 30
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(strings.TrimPrefix(test, "Test")), "-")
	return strings.Trim(name[:min(len(name), room)], "-") + "-"
}
