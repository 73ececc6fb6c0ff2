package swagewebhook

import (
	"context"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/webhooktest"
)

// createRights grants to the user Account what the manifests grant to the
// server's account.
func createRights(ctx context.Context, client kubernetes.Interface) error {
	root, err := product.Root(ctx, "")
	if err != nil {
		return err
	}
	clusterRole, err := manifests.Named[*rbacv1.ClusterRole](root, Account)
	if err != nil {
		return err
	}
	role, err := manifests.Find[*rbacv1.Role](root)
	if err != nil {
		return err
	}
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
	_, err = rbac.ClusterRoles().Create(ctx, &rbacv1.ClusterRole{ObjectMeta: meta, Rules: clusterRole.Rules}, create)
	note(err)
	_, err = rbac.ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: Account},
	}, create)
	note(err)
	_, err = rbac.Roles(webhooktest.SystemNamespace).Create(ctx, &rbacv1.Role{ObjectMeta: meta, Rules: role.Rules}, create)
	note(err)
	_, err = rbac.RoleBindings(webhooktest.SystemNamespace).Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: Account},
	}, create)
	note(err)
	return failed
}
