package swagetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/podtemplate"
)

// Template makes a template and returns when it reaches pods: a ConfigMap gets
// to the webhook a moment after its creation (R32).
func (s *Server) Template(t testing.TB, namespace, name string, mode podtemplate.Mode, data map[string]string) *corev1.ConfigMap {
	t.Helper()
	return s.Templates(t, TemplateMap(namespace, name, mode, data))[0]
}

// TemplateMap is the ConfigMap of a template.
func TemplateMap(namespace, name string, mode podtemplate.Mode, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{podtemplate.TemplateLabel: string(mode)}},
		Data:       data,
	}
}

// Templates makes templates of one namespace and returns when all that every
// driver gets do reach one.
func (s *Server) Templates(t testing.TB, all ...*corev1.ConfigMap) []*corev1.ConfigMap {
	t.Helper()
	made := make([]*corev1.ConfigMap, len(all))
	for i, template := range all {
		var err error
		made[i], err = s.Client().CoreV1().ConfigMaps(template.Namespace).Create(t.Context(), template, metav1.CreateOptions{})
		if err != nil {
			t.Fatalf("create the template %s: %v", template.Name, err)
		}
	}
	s.AwaitTemplates(t, all[0].Namespace, made...)
	return made
}

// AwaitTemplates waits until a driver in the namespace gets these versions of
// the templates. Named ones need no waiting, and those with a selector none
// that this could do.
func (s *Server) AwaitTemplates(t testing.TB, namespace string, templates ...*corev1.ConfigMap) {
	t.Helper()
	wanted := digests(t, templates)
	if len(wanted) == 0 {
		return
	}
	s.Await(t, fmt.Sprintf("the templates %v", wanted), func() error {
		probe := Driver("")
		probe.GenerateName = "probe-"
		got, err := s.DryRun(t, namespace, probe)
		if err != nil {
			return err
		}
		shaped := got.Annotations[podtemplate.ShapedAnnotation]
		for _, digest := range wanted {
			if !strings.Contains(shaped, digest) {
				return errors.New("shaped by " + shaped)
			}
		}
		return nil
	})
}

func digests(t testing.TB, templates []*corev1.ConfigMap) (all []string) {
	t.Helper()
	for _, cm := range templates {
		if cm.Labels[podtemplate.TemplateLabel] == string(podtemplate.Named) || cm.Annotations[podtemplate.SelectAnnotation] != "" {
			continue
		}
		loaded, err := podtemplate.Load(cm, podtemplate.LoadOptions{System: cm.Namespace == podtemplate.DefaultSystemNamespace})
		if err != nil {
			t.Fatalf("a template that does not load reaches nobody: %v", err)
		}
		ref := loaded.Ref
		all = append(all, ref.String()+"@"+ref.Digest)
	}
	return all
}

// patience is long: others use the machine.
var patience = await.Patience{Every: 10 * time.Millisecond, Timeout: 2 * time.Minute}

// Await waits until ask returns nil. Tests wait for effects, never for time.
func (s *Server) Await(t testing.TB, what string, ask func() error) {
	t.Helper()
	patience.Until(t, what, ask)
}
