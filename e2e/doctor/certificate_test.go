package doctor_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

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

// served puts a certificate into the Secret that began and ends some days from
// now, by an authority that the registrations trust as well, as in a rotation.
func served(begins, ends int) func(*testing.T) {
	return func(t *testing.T) {
		bundle, chain, key := issued(t, time.Now().AddDate(0, 0, begins), time.Now().AddDate(0, 0, ends).Add(time.Hour))
		shaping(func(e *admissionv1.MutatingWebhook) {
			e.ClientConfig.CABundle = append(e.ClientConfig.CABundle, bundle...)
		})(t)
		checks(func(e *admissionv1.ValidatingWebhook) {
			e.ClientConfig.CABundle = append(e.ClientConfig.CABundle, bundle...)
		})(t)
		changed[*corev1.Secret](t, server.Client().CoreV1().Secrets(system), secret, func(s *corev1.Secret) { s.Data[corev1.TLSCertKey], s.Data[corev1.TLSPrivateKeyKey] = chain, key })
	}
}

// issued is a leaf for the Service with its key, and the authority that signed it.
func issued(t *testing.T, begins, ends time.Time) (bundle, chain, key []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: begins, NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: begins, NotAfter: ends,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	sign := func(one *x509.Certificate) []byte {
		der, err := x509.CreateCertificate(nil, one, authority, private.Public(), private)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return sign(authority), sign(leaf), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
