package swagewebhook

import (
	"context"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/podtemplate"
)

// Probes is the namespace where Called asks; templates must not reach it.
const Probes = "swage-probes"

// ErrNotCalled says that pods are created without the webhook.
var ErrNotCalled = errors.New("the API server does not call swage-webhook yet")

// Called asks by dry run whether the API server calls the webhook. A client's
// own annotation swage.dev/shaped does not survive the webhook.
func Called(ctx context.Context, client kubernetes.Interface) error {
	if err := ensureProbeNamespace(ctx, client); err != nil {
		return err
	}
	probe := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: "probe-",
			Labels:       map[string]string{podtemplate.RoleLabel: string(podtemplate.Driver)},
			Annotations:  map[string]string{podtemplate.ShapedAnnotation: "probe"},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "spark", Image: "spark"}}},
	}
	made, err := client.CoreV1().Pods(Probes).Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return err
	}
	if _, survived := made.Annotations[podtemplate.ShapedAnnotation]; survived {
		return ErrNotCalled
	}
	return nil
}

func ensureProbeNamespace(ctx context.Context, client kubernetes.Interface) error {
	meta := metav1.ObjectMeta{Name: Probes}
	_, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	_, err = client.CoreV1().ServiceAccounts(Probes).Create(ctx, account, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}

// Group is that of all users that servers are for the API server.
const Group = "swage-webhooks"

// Config is that of a user who is in the Group, and has no right but by its name.
func Config(c *cluster.Cluster, user string) (*rest.Config, error) {
	cert, key, err := c.CA().Issue(pkix.Name{CommonName: user, Organization: []string{Group}})
	if err != nil {
		return nil, err
	}
	admin := c.Config()
	return &rest.Config{Host: admin.Host, QPS: -1, TLSClientConfig: rest.TLSClientConfig{CAData: admin.CAData, CertData: cert, KeyData: key}}, nil
}

// writeKubeconfig makes the file with which the server is a user.
func writeKubeconfig(c *cluster.Cluster, name string, port int) (string, error) {
	user, err := Config(c, name)
	if err != nil {
		return "", err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters[Account] = &clientcmdapi.Cluster{Server: user.Host, CertificateAuthorityData: user.CAData}
	config.AuthInfos[Account] = &clientcmdapi.AuthInfo{ClientCertificateData: user.CertData, ClientKeyData: user.KeyData}
	config.Contexts[Account] = &clientcmdapi.Context{Cluster: Account, AuthInfo: Account}
	config.CurrentContext = Account
	path := c.File(fmt.Sprintf("swage-webhook-%d.kubeconfig", port))
	return path, clientcmd.WriteToFile(*config, path)
}

func get(ctx context.Context, url string) (code int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

var errNotChecked = errors.New("the API server does not ask swage-webhook about templates yet")

// Checks asks by dry run whether writes of templates are checked: one of an
// unknown mode is refused. Whatever else is refused is an error of its own.
func Checks(ctx context.Context, client kubernetes.Interface) error {
	if err := ensureProbeNamespace(ctx, client); err != nil {
		return err
	}
	probe := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "probe-", Labels: map[string]string{podtemplate.TemplateLabel: "probe"},
	}}
	_, err := client.CoreV1().ConfigMaps(Probes).Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	switch {
	case err == nil:
		return errNotChecked
	case apierrors.IsInvalid(err):
		return nil
	}
	return err
}
