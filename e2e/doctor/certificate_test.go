package doctor_test

import (
	"context"
	"crypto/x509/pkix"
	"errors"
	"os"
	"path/filepath"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// certificate issues the server's, and does what whoever mounts it in a company does.
func (w *world) certificate(ctx context.Context) error {
	cert, key, err := w.ca.Issue(pkix.Name{CommonName: host}, host)
	if err != nil {
		return err
	}
	if err := errors.Join(
		os.WriteFile(filepath.Join(w.dir, corev1.TLSCertKey), cert, 0o600),
		os.WriteFile(filepath.Join(w.dir, corev1.TLSPrivateKeyKey), key, 0o600),
		os.Mkdir(filepath.Join(w.dir, "helm"), 0o700),
		makeNamespace(ctx, system),
	); err != nil {
		return err
	}
	made := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: secret}, Type: corev1.SecretTypeTLS,
		Data: map[string][]byte{corev1.TLSCertKey: cert, corev1.TLSPrivateKeyKey: key},
	}
	_, err = server.Client().CoreV1().Secrets(system).Create(ctx, made, metav1.CreateOptions{})
	return err
}

// trust writes the bundles of the registrations, as an administrator.
func (w *world) trust(ctx context.Context) error {
	api := server.Client().AdmissionregistrationV1()
	shapes, err := api.MutatingWebhookConfigurations().Get(ctx, registration, metav1.GetOptions{})
	if err != nil {
		return err
	}
	each(shapes.Webhooks, func(e *admissionv1.MutatingWebhook) { e.ClientConfig.CABundle = w.ca.PEM() })
	if _, err = api.MutatingWebhookConfigurations().Update(ctx, shapes, metav1.UpdateOptions{}); err != nil {
		return err
	}
	checks, err := api.ValidatingWebhookConfigurations().Get(ctx, checking, metav1.GetOptions{})
	if err != nil {
		return err
	}
	each(checks.Webhooks, func(e *admissionv1.ValidatingWebhook) { e.ClientConfig.CABundle = w.ca.PEM() })
	_, err = api.ValidatingWebhookConfigurations().Update(ctx, checks, metav1.UpdateOptions{})
	return err
}

func each[T any](all []T, change func(*T)) {
	for i := range all {
		change(&all[i])
	}
}
