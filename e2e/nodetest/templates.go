package nodetest

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// Template makes a template and returns when it reaches pods (R32). Named ones
// need no waiting: they are never missed.
func (c *Cluster) Template(t testing.TB, namespace, name string, mode podtemplate.Mode, data map[string]string) {
	t.Helper()
	c.TemplateMap(t, swagetest.TemplateMap(namespace, name, mode, data))
}

// TemplateMap is Template for a ConfigMap that is there.
func (c *Cluster) TemplateMap(t testing.TB, template *corev1.ConfigMap) {
	t.Helper()
	c.createTemplate(t, template, template.Namespace)
}

// PlatformTemplate makes a default template of the system namespace, whose
// templates reach the whole cluster; this one reaches one test's namespace, and
// goes with the test.
func (c *Cluster) PlatformTemplate(t testing.TB, namespace string, data map[string]string) {
	t.Helper()
	template := swagetest.TemplateMap(podtemplate.DefaultSystemNamespace, namespace, podtemplate.Default, data)
	template.Annotations = map[string]string{podtemplate.NamespacesAnnotation: corev1.LabelMetadataName + "=" + namespace}
	t.Cleanup(func() {
		err := c.Client().CoreV1().ConfigMaps(template.Namespace).Delete(context.WithoutCancel(t.Context()), template.Name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Errorf("delete the platform's template: %v", err)
		}
	})
	c.createTemplate(t, template, namespace)
}

// createTemplate creates one and waits until it reaches a namespace's pods.
func (c *Cluster) createTemplate(t testing.TB, template *corev1.ConfigMap, reached string) {
	t.Helper()
	options := podtemplate.LoadOptions{System: template.Namespace == podtemplate.DefaultSystemNamespace}
	loaded, err := podtemplate.Load(template, options)
	if err != nil {
		t.Fatalf("a template that does not load reaches nobody: %v", err)
	}
	if _, err := c.Client().CoreV1().ConfigMaps(template.Namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatalf("create the template %s: %v", template.Name, err)
	}
	if template.Labels[podtemplate.TemplateLabel] == string(podtemplate.Named) {
		return
	}
	c.awaitReach(t, reached, loaded.Ref.String()+"@"+loaded.Ref.Digest)
}

// ConfigMap makes one that is no template.
func (c *Cluster) ConfigMap(t testing.TB, namespace, name string, data map[string]string) {
	t.Helper()
	made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
	if _, err := c.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatalf("create the ConfigMap %s: %v", name, err)
	}
}
