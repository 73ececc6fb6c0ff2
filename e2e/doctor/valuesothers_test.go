package doctor_test

import (
	"crypto/x509/pkix"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// register creates the registrations that the chart would, as somebody else: an
// administrator of the cluster for a team, or a tool of the platform.
func (s *setOfValues) register(t *testing.T) {
	t.Helper()
	rendered := func(file string, object any) {
		text := s.helm(t, "template", "--show-only", "templates/"+file, "--set", "createRegistration=true")
		if err := yaml.Unmarshal(text, object); err != nil {
			t.Fatal(err)
		}
	}
	shapes, checks := &admissionv1.MutatingWebhookConfiguration{}, &admissionv1.ValidatingWebhookConfiguration{}
	rendered("registration.yaml", shapes)
	rendered("templates.yaml", checks)
	shapes.Labels, checks.Labels = nil, nil
	created(t, mutating(), shapes)
	created(t, validating(), checks)
}

// issue does what cert-manager's controller does: it fills the Secret of the Certificate.
func (s *setOfValues) issue(t *testing.T, of string) {
	t.Helper()
	name := of + "." + system + ".svc"
	cert, key, err := here.ca.Issue(pkix.Name{CommonName: name}, name)
	if err != nil {
		t.Fatal(err)
	}
	secrets := server.Client().CoreV1().Secrets(system)
	made, err := secrets.Get(t.Context(), of+"-issued", metav1.GetOptions{})
	if err == nil {
		made.Data = map[string][]byte{corev1.TLSCertKey: cert, corev1.TLSPrivateKeyKey: key, corev1.ServiceAccountRootCAKey: here.ca.PEM()}
		_, err = secrets.Update(t.Context(), made, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}
