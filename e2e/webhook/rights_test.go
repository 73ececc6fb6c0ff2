package webhook_test

import (
	"errors"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/swagewebhook"
)

// granted is a user with the rights that the chart grants to a server with these
// values, and no other: what its server is refused fails the package (see
// swagetest.Server). Those of one name and namespace are one.
func granted(t *testing.T, name, namespace string, values ...string) *rest.Config {
	t.Helper()
	var args []string
	for _, value := range values {
		args = append(args, "--set", value)
	}
	rights, err := swagewebhook.ChartRights(t.Context(), t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	user := swagewebhook.Account + "-" + name + "-" + namespace
	if err := rights.Grant(t.Context(), server.Client(), user, namespace); err != nil {
		t.Fatal(err)
	}
	awaitGranted(t, user, "", rights.Cluster)
	awaitGranted(t, user, namespace, rights.Namespace)
	config, err := swagewebhook.Config(server.Cluster, user)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// awaitGranted waits until the API server knows of the rules: they were made just now.
func awaitGranted(t *testing.T, user, namespace string, rules []rbacv1.PolicyRule) {
	t.Helper()
	for i := range rules {
		r := &rules[i]
		asked := &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: r.Verbs[0], Group: r.APIGroups[0], Resource: r.Resources[0]}
		if len(r.ResourceNames) > 0 {
			asked.Name = r.ResourceNames[0]
		}
		server.Await(t, "the rights of "+user, func() error {
			answer, err := server.Client().AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
				Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: asked},
			}, metav1.CreateOptions{})
			if err == nil && !answer.Status.Allowed {
				err = errors.New("not yet")
			}
			return err
		})
	}
}

func clientOf(t *testing.T, config *rest.Config) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
