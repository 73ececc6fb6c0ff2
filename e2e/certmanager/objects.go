package certmanager

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/await"
)

// Apply creates or changes an Issuer or Certificate, given as YAML.
func (m *CertManager) Apply(ctx context.Context, namespace, text string) error {
	object := new(unstructured.Unstructured)
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		return err
	}
	resource := schema.GroupVersionResource{
		Group: Certificates.Group, Version: Certificates.Version, Resource: strings.ToLower(object.GetKind()) + "s",
	}
	object.SetAPIVersion(resource.GroupVersion().String())
	_, err := m.client.Resource(resource).Namespace(namespace).
		Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "test", Force: true})
	return err
}

// Renew asks for a new leaf, as cmctl renew does, and waits until it is issued.
func (m *CertManager) Renew(ctx context.Context, namespace, certificate string) error {
	var before int64
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() (err error) {
		before, err = m.ask(ctx, namespace, certificate)
		return err
	})
	if err != nil {
		return err
	}
	return m.AwaitIssued(ctx, namespace, certificate, before)
}

// ask sets the condition that cert-manager issues by, and returns the revision
// before it.
func (m *CertManager) ask(ctx context.Context, namespace, certificate string) (before int64, err error) {
	certificates := m.client.Resource(Certificates).Namespace(namespace)
	now, err := certificates.Get(ctx, certificate, metav1.GetOptions{})
	if err != nil {
		return 0, err
	}
	conditions, _, err := unstructured.NestedSlice(now.Object, "status", "conditions")
	if err != nil {
		return 0, err
	}
	conditions = slices.DeleteFunc(conditions, func(c any) bool {
		condition, ok := c.(map[string]any)
		return ok && condition["type"] == "Issuing"
	})
	conditions = append(conditions, map[string]any{
		"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "asked for by a test",
		"lastTransitionTime": time.Now().UTC().Format(time.RFC3339), "observedGeneration": now.GetGeneration(),
	})
	if err := unstructured.SetNestedSlice(now.Object, conditions, "status", "conditions"); err != nil {
		return 0, err
	}
	_, err = certificates.UpdateStatus(ctx, now, metav1.UpdateOptions{})
	return revision(now), err
}

// AwaitIssued waits until a Certificate is ready at a revision after this one.
func (m *CertManager) AwaitIssued(ctx context.Context, namespace, certificate string, after int64) error {
	return await.Effect(ctx, servedEvery, func(ctx context.Context) error {
		now, err := m.client.Resource(Certificates).Namespace(namespace).Get(ctx, certificate, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if revision(now) <= after || !hasCondition(now, "Ready") || hasCondition(now, "Issuing") {
			return fmt.Errorf("the Certificate %s is at revision %d: %v", certificate, revision(now), now.Object["status"])
		}
		return nil
	})
}

func revision(certificate *unstructured.Unstructured) int64 {
	n, _, _ := unstructured.NestedInt64(certificate.Object, "status", "revision")
	return n
}
