//go:build node

package installs_test

import (
	"crypto/x509/pkix"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/certmanager"
	"swage.dev/swage/e2e/testca"
)

// The hard places, side by side in one cluster, each with a release of its own
// for namespaces of its own: a Spark pod is shaped and runs, the server needed no
// right that it has not, and nothing is left of the release.
func TestTheHardPlaces(t *testing.T) {
	manager := certmanager.ForTest(t, cluster.Cluster)
	issued := newInstallation(t, "issued", "swage-issued", "issued-jobs")
	onNode := newInstallation(t, "node-network", "swage-node-network", "node-network-jobs")
	team := newInstallation(t, "team", "swage-team", "swage-team")
	t.Run("places", func(t *testing.T) {
		t.Run("certificates by cert-manager", func(t *testing.T) {
			t.Parallel()
			issued.install(t, "cert-manager", issued.narrow())
			issued.wantShaping(t)
			if err := manager.AwaitIssued(t.Context(), issued.namespace, "issued-webhook", 0); err != nil {
				t.Error(err)
			}
			issued.uninstall(t)
		})
		t.Run("the node's network", func(t *testing.T) {
			t.Parallel()
			// One replica: there is one node, and its ports are taken by it.
			onNode.install(t, "eks", onNode.narrow(), "replicas=1")
			onNode.wantShaping(t)
			pods, err := onNode.servers(t.Context())
			if err != nil || len(pods) != 1 || !pods[0].Spec.HostNetwork || pods[0].Status.PodIP != pods[0].Status.HostIP {
				t.Errorf("it is not on the node's network: %v", err)
			}
			onNode.uninstall(t)
		})
		t.Run("one namespace, without a ClusterRole", func(t *testing.T) {
			t.Parallel()
			authority := team.mountCertificate(t)
			team.install(t, "namespaced", "createRegistration=true")
			team.trust(t, authority)
			team.wantShaping(t)
			team.wantNoClusterRole(t)
			if err := cluster.Client().CoreV1().Secrets(team.namespace).Delete(t.Context(), mounted, metav1.DeleteOptions{}); err != nil {
				t.Error(err) // it is not the release's
			}
			team.uninstall(t)
		})
	})
}

func (i installation) wantShaping(t *testing.T) {
	t.Helper()
	i.runsAShapedPod(t)
	i.rolledOut(t)
	i.nothingRefused(t)
}

// mounted is the Secret that the values of a namespaced installation name.
const mounted = "swage-tls"

// mountCertificate does what whoever issues certificates in a company does.
func (i installation) mountCertificate(t *testing.T) (authority []byte) {
	t.Helper()
	ca, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	host := i.release + "-webhook." + i.namespace + ".svc"
	cert, key, err := ca.Issue(pkix.Name{CommonName: host}, host)
	if err != nil {
		t.Fatal(err)
	}
	_, err = cluster.Client().CoreV1().Secrets(i.namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: mounted}, Type: corev1.SecretTypeTLS,
		Data: map[string][]byte{corev1.TLSCertKey: cert, corev1.TLSPrivateKeyKey: key},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return ca.PEM()
}

// trust writes the bundle of the registrations, as an administrator.
func (i installation) trust(t *testing.T, authority []byte) {
	t.Helper()
	api := cluster.Client().AdmissionregistrationV1()
	shapes, err := api.MutatingWebhookConfigurations().Get(t.Context(), "00-"+i.release, metav1.GetOptions{})
	if err == nil {
		each(shapes.Webhooks, func(w *admissionv1.MutatingWebhook) { w.ClientConfig.CABundle = authority })
		_, err = api.MutatingWebhookConfigurations().Update(t.Context(), shapes, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	checks, err := api.ValidatingWebhookConfigurations().Get(t.Context(), i.release+"-templates", metav1.GetOptions{})
	if err == nil {
		each(checks.Webhooks, func(w *admissionv1.ValidatingWebhook) { w.ClientConfig.CABundle = authority })
		_, err = api.ValidatingWebhookConfigurations().Update(t.Context(), checks, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func each[T any](all []T, change func(*T)) {
	for i := range all {
		change(&all[i])
	}
}

func (i installation) wantNoClusterRole(t *testing.T) {
	t.Helper()
	roles, err := cluster.Client().RbacV1().ClusterRoles().List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/instance=" + i.release})
	if err != nil || len(roles.Items) > 0 {
		t.Errorf("%d ClusterRoles, %v", len(roles.Items), err)
	}
}
