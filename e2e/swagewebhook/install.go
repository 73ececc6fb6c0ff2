package swagewebhook

import (
	"context"
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/webhooktest"
)

// Names of what an installation consists of.
const (
	Service = "swage-webhook"
	Secret  = "swage-webhook-tls"
	// Account is the user that the server is for the API server.
	Account = "swage-webhook"
)

// install creates what the manifests bring, all but the server: the namespace,
// the rights, the Service, the empty Secret, and the configuration without a
// bundle. What exists stays as it is.
func install(ctx context.Context, client kubernetes.Interface, opts Options, port int32) error {
	steps := []func(context.Context, kubernetes.Interface) error{
		createNamespace,
		func(ctx context.Context, client kubernetes.Interface) error { return grantTo(ctx, client, opts) },
		createService, createSecret,
		func(ctx context.Context, client kubernetes.Interface) error {
			_, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().
				Create(ctx, configuration(opts, port), metav1.CreateOptions{})
			return err
		},
	}
	for _, step := range steps {
		if err := step(ctx, client); err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("install swage-webhook: %w", err)
		}
	}
	return nil
}

// configuration is the registration as the manifests have it: through the
// Service, and without a bundle, which the server writes itself.
func configuration(opts Options, port int32) *admissionv1.MutatingWebhookConfiguration {
	config := webhooktest.Configuration(webhooktest.Endpoint{}, webhooktest.Options{})
	config.Webhooks[0].ClientConfig = admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{
		Namespace: webhooktest.SystemNamespace, Name: Service, Path: new("/shape"), Port: &port,
	}}
	if opts.Edit != nil {
		opts.Edit(config)
	}
	return config
}

func createNamespace(ctx context.Context, client kubernetes.Interface) error {
	meta := metav1.ObjectMeta{Name: webhooktest.SystemNamespace}
	_, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	return err
}

// createService makes the one Service that an API server without nodes can
// call: an external name, which it resolves itself. The certificate is verified
// for the Service's own name all the same.
func createService(ctx context.Context, client kubernetes.Interface) error {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: Service},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost"},
	}
	_, err := client.CoreV1().Services(webhooktest.SystemNamespace).Create(ctx, service, metav1.CreateOptions{})
	return err
}

func createSecret(ctx context.Context, client kubernetes.Interface) error {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: Secret}}
	_, err := client.CoreV1().Secrets(webhooktest.SystemNamespace).Create(ctx, secret, metav1.CreateOptions{})
	return err
}
