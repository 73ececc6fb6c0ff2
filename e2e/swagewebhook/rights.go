package swagewebhook

import (
	"context"
	"errors"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/webhooktest"
)

// Rights are the rules that a server is granted: in the cluster, and in the
// namespace that it runs in.
type Rights struct{ Cluster, Namespace []rbacv1.PolicyRule }

// ChartRights are what the chart grants to the server with these arguments of
// Helm's, such as "--set", "certificates.source=files". home is an empty folder.
func ChartRights(ctx context.Context, home string, args ...string) (Rights, error) {
	root, err := product.Root(ctx, "")
	if err != nil {
		return Rights{}, err
	}
	helm, err := chart.New(ctx, root, home)
	if err != nil {
		return Rights{}, err
	}
	rendered, err := helm.Template(ctx, append(args, "--show-only", "templates/account.yaml")...)
	if err != nil {
		return Rights{}, err
	}
	objects, err := manifests.Parse(rendered)
	if err != nil {
		return Rights{}, err
	}
	return rightsIn(objects), nil
}

// manifestRights are those of the manifests, which are the chart without values.
func manifestRights(ctx context.Context) (Rights, error) {
	root, err := product.Root(ctx, "")
	if err != nil {
		return Rights{}, err
	}
	clusterRole, err := manifests.Named[*rbacv1.ClusterRole](root, Account)
	if err != nil {
		return Rights{}, err
	}
	role, err := manifests.Find[*rbacv1.Role](root)
	if err != nil {
		return Rights{}, err
	}
	return rightsIn([]runtime.Object{clusterRole, role}), nil
}

func rightsIn(objects []runtime.Object) (r Rights) {
	for _, object := range objects {
		switch role := object.(type) {
		case *rbacv1.ClusterRole:
			r.Cluster = append(r.Cluster, role.Rules...)
		case *rbacv1.Role:
			r.Namespace = append(r.Namespace, role.Rules...)
		}
	}
	return r
}

// Grant grants rights to a user, and nothing else. The roles have the user's
// name; those that exist stay as they are.
func (r Rights) Grant(ctx context.Context, client kubernetes.Interface, user, namespace string) error {
	meta := metav1.ObjectMeta{Name: user}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	ref := func(kind string) rbacv1.RoleRef {
		return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: user}
	}
	rbac, create := client.RbacV1(), metav1.CreateOptions{}
	var all []error
	note := func(err error) {
		if !apierrors.IsAlreadyExists(err) {
			all = append(all, err)
		}
	}
	_, err := rbac.ClusterRoles().Create(ctx, &rbacv1.ClusterRole{ObjectMeta: meta, Rules: r.Cluster}, create)
	note(err)
	_, err = rbac.ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{ObjectMeta: meta, Subjects: subjects, RoleRef: ref("ClusterRole")}, create)
	note(err)
	_, err = rbac.Roles(namespace).Create(ctx, &rbacv1.Role{ObjectMeta: meta, Rules: r.Namespace}, create)
	note(err)
	_, err = rbac.RoleBindings(namespace).Create(ctx, &rbacv1.RoleBinding{ObjectMeta: meta, Subjects: subjects, RoleRef: ref("Role")}, create)
	note(err)
	return errors.Join(all...)
}

// grantTo grants to the user Account what the options say.
func grantTo(ctx context.Context, client kubernetes.Interface, opts Options) error {
	rights := opts.Rights
	if rights == nil {
		granted, err := manifestRights(ctx)
		if err != nil {
			return err
		}
		rights = &granted
	}
	return rights.Grant(ctx, client, Account, webhooktest.SystemNamespace)
}
