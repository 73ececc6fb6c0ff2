package nodetest

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
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
	namespace, name := template.Namespace, template.Name
	loaded, err := podtemplate.Load(template, podtemplate.LoadOptions{})
	if err != nil {
		t.Fatalf("a template that does not load reaches nobody: %v", err)
	}
	if _, err := c.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatalf("create the template %s: %v", name, err)
	}
	if template.Labels[podtemplate.TemplateLabel] == string(podtemplate.Named) {
		return
	}
	// Both replicas must have it; each dry run asks one of them.
	const inARow = 10
	seen := 0
	c.Await(t, "the template "+name, func() error {
		for ; seen < inARow; seen++ {
			if err := c.reaches(t, namespace, loaded.Ref.String()+"@"+loaded.Ref.Digest); err != nil {
				seen = 0
				return err
			}
		}
		return nil
	})
}

func (c *Cluster) reaches(t testing.TB, namespace, ref string) error {
	t.Helper()
	probe := swagetest.Driver("")
	probe.GenerateName = "probe-"
	got, err := c.Client().CoreV1().Pods(namespace).Create(t.Context(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return err
	}
	if shaped := got.Annotations[podtemplate.ShapedAnnotation]; !strings.Contains(shaped, ref) {
		return errors.New("shaped by " + shaped)
	}
	return nil
}

// ConfigMap makes one that is no template.
func (c *Cluster) ConfigMap(t testing.TB, namespace, name string, data map[string]string) {
	t.Helper()
	made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
	if _, err := c.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatalf("create the ConfigMap %s: %v", name, err)
	}
}
