package swagewebhook

import (
	"context"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/webhooktest"
)

// clusterRights are the server's rights in the whole cluster.
func clusterRights() []rbacv1.PolicyRule {
	read := []string{"get", "list", "watch"}
	return []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"configmaps", "pods", "namespaces"}, Verbs: read},
		{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
		{
			APIGroups: []string{"admissionregistration.k8s.io"}, Resources: []string{"mutatingwebhookconfigurations"},
			ResourceNames: []string{webhooktest.ConfigurationName}, Verbs: []string{"list", "watch", "patch"},
		},
	}
}

// systemRights are those in the system namespace: the one Secret, which the
// server may fill and not create.
func systemRights() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{Secret},
		Verbs: []string{"get", "list", "watch", "update"},
	}}
}

// createRights grants them to the user Account.
func createRights(ctx context.Context, client kubernetes.Interface) error {
	meta := metav1.ObjectMeta{Name: Account}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: Account}}
	rbac := client.RbacV1()
	create := metav1.CreateOptions{}
	var failed error
	note := func(err error) {
		if failed == nil && !apierrors.IsAlreadyExists(err) {
			failed = err
		}
	}
	_, err := rbac.ClusterRoles().Create(ctx, &rbacv1.ClusterRole{ObjectMeta: meta, Rules: clusterRights()}, create)
	note(err)
	_, err = rbac.ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: Account},
	}, create)
	note(err)
	_, err = rbac.Roles(webhooktest.SystemNamespace).Create(ctx, &rbacv1.Role{ObjectMeta: meta, Rules: systemRights()}, create)
	note(err)
	_, err = rbac.RoleBindings(webhooktest.SystemNamespace).Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: Account},
	}, create)
	note(err)
	return failed
}
