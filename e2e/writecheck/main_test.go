package writecheck_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/swagewebhook"
)

var server swagetest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: time.Minute}

const (
	writerRole = "swage-template-writer"
	sparkRole  = "spark"
)

// checked registers the check as the manifests do, and returns when it is asked.
func checked(t *testing.T) {
	t.Helper()
	config := register(t)
	t.Cleanup(func() {
		configs := server.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations()
		if err := configs.Delete(context.WithoutCancel(t.Context()), config.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	patience.Until(t, "the check", func() error { return swagewebhook.Checks(t.Context(), server.Client()) })
}

func register(t *testing.T) *admissionv1.ValidatingWebhookConfiguration {
	t.Helper()
	config, err := manifests.Find[*admissionv1.ValidatingWebhookConfiguration](clustertest.Root(t))
	if err != nil {
		t.Fatal(err)
	}
	// There are no nodes here: the Service leads to the program's own port.
	mutating, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), "00-swage", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	config.Webhooks[0].ClientConfig.Service.Port = mutating.Webhooks[0].ClientConfig.Service.Port
	made, err := server.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(t.Context(), config, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// as is a client of somebody without any right of their own.
func as(t *testing.T, user string, groups ...string) kubernetes.Interface {
	t.Helper()
	config := rest.CopyConfig(server.Config())
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// grant gives a user the rights of a ClusterRole in a namespace, and returns
// when the API server knows. Every role here is about ConfigMaps.
func grant(t *testing.T, namespace, role, user string) {
	t.Helper()
	_, err := server.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "grant-"}, RoleRef: roleRef(role), Subjects: subjects(user),
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	awaitRights(t, namespace, user)
}

// grantEverywhere is grant for all namespaces.
func grantEverywhere(t *testing.T, role, user string) {
	t.Helper()
	bindings := server.Client().RbacV1().ClusterRoleBindings()
	made, err := bindings.Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "grant-"}, RoleRef: roleRef(role), Subjects: subjects(user),
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bindings.Delete(context.WithoutCancel(t.Context()), made.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	awaitRights(t, "", user)
}

func roleRef(role string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
}

func subjects(user string) []rbacv1.Subject {
	return []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
}

func awaitRights(t *testing.T, namespace, user string) {
	t.Helper()
	patience.Until(t, "the rights of "+user, func() error {
		answer, err := server.Client().AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: "create", Resource: "configmaps",
			}},
		}, metav1.CreateOptions{})
		if err == nil && !answer.Status.Allowed {
			err = errNotYet
		}
		return err
	})
}

var errNotYet = errors.New("not yet")

// roles creates the role of the manifests, and one with what Spark's drivers
// are given: here no controller fills the role "edit".
func roles(t *testing.T) {
	t.Helper()
	writer, err := manifests.Named[*rbacv1.ClusterRole](clustertest.Root(t), writerRole)
	if err != nil {
		t.Fatal(err)
	}
	spark := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: sparkRole}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: []string{"pods", "services", "configmaps", "persistentvolumeclaims"}, Verbs: []string{"*"},
	}}}
	for _, role := range []*rbacv1.ClusterRole{writer, spark} {
		if _, err := server.Client().RbacV1().ClusterRoles().Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Client().RbacV1().ClusterRoles().Delete(context.WithoutCancel(t.Context()), role.Name, metav1.DeleteOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func create(t *testing.T, client kubernetes.Interface, cm *corev1.ConfigMap) error {
	t.Helper()
	_, err := client.CoreV1().ConfigMaps(cm.Namespace).Create(t.Context(), cm, metav1.CreateOptions{})
	return err
}
