package podtemplate

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestR6DigestsIdentifyContents: the cache and the shaped annotation count on it.
func TestR6DigestsIdentifyContents(t *testing.T) {
	base := func() *corev1.ConfigMap {
		return configMap(Named, map[string]string{"pod.yaml": "spec: {hostPID: true}"}, "select", "a=b")
	}
	digestOf := func(change func(*corev1.ConfigMap)) string {
		cm := base()
		change(cm)
		template, err := Load(cm, LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return template.Digest
	}
	same := digestOf(func(*corev1.ConfigMap) {})
	for name, change := range map[string]func(*corev1.ConfigMap){
		"another annotation that is not Swage's": func(cm *corev1.ConfigMap) { cm.Annotations["a"] = "b" },
		"another label":                          func(cm *corev1.ConfigMap) { cm.Labels["a"] = "b" },
		"another resourceVersion":                func(cm *corev1.ConfigMap) { cm.ResourceVersion = "7" },
	} {
		if digestOf(change) != same {
			t.Errorf("%s makes another digest", name)
		}
	}
	for name, change := range map[string]func(*corev1.ConfigMap){
		"another text":       func(cm *corev1.ConfigMap) { cm.Data["pod.yaml"] += "\n" },
		"another key":        func(cm *corev1.ConfigMap) { cm.Data = map[string]string{"driver.yaml": cm.Data["pod.yaml"]} },
		"another select":     func(cm *corev1.ConfigMap) { cm.Annotations[SelectAnnotation] = "a=c" },
		"another mode":       func(cm *corev1.ConfigMap) { cm.Labels[TemplateLabel] = "default" },
		"one key more":       func(cm *corev1.ConfigMap) { cm.Data["driver.yaml"] = "" },
		"another annotation": func(cm *corev1.ConfigMap) { cm.Annotations[OnConflictAnnotation] = "reject" },
	} {
		if digestOf(change) == same {
			t.Errorf("%s makes no other digest", name)
		}
	}
}

// TestR34LimitsOfOneTemplate: beyond them a template does not load, says by how much, and costs nothing.
func TestR34LimitsOfOneTemplate(t *testing.T) {
	tests := []struct {
		name string
		cm   *corev1.ConfigMap
		want string
	}{
		{"1 MB of text", configMap(Default, map[string]string{"pod.yaml": strings.Repeat("#", 1<<20)}), "1048584 bytes of text, the limit is 262144: split the template"},
		{"three keys together", configMap(Default, map[string]string{"pod.yaml": strings.Repeat("#", 1<<17), "driver.yaml": strings.Repeat("#", 1<<17)}), "262163 bytes of text, the limit is 262144: split the template"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(tt.cm, LoadOptions{})
			if !errors.Is(err, ErrTooLarge) || err.Error() != "team-a/t: "+tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	t.Run("a limit is inclusive", func(t *testing.T) {
		text := "spec: {hostPID: true}"
		limits := Limits{TemplateBytes: len("pod.yaml") + len(text)}
		if _, err := Load(configMap(Default, map[string]string{"pod.yaml": text}), LoadOptions{Limits: limits}); err != nil {
			t.Error(err)
		}
	})
	t.Run("binary data counts", func(t *testing.T) {
		cm := configMap(Default, nil)
		cm.BinaryData = map[string][]byte{"x": make([]byte, 1<<20)}
		if _, err := Load(cm, LoadOptions{}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("got %v, want ErrTooLarge", err)
		}
	})
	t.Run("whom it concerns is known all the same", func(t *testing.T) {
		_, err := Load(configMap(Enforced, map[string]string{"pod.yaml": strings.Repeat("#", 1<<20)}, "select", "team=risk"), LoadOptions{})
		var failed *LoadError
		if !errors.As(err, &failed) || failed.reach.selector.String() != "team=risk" {
			t.Errorf("got %+v", failed)
		}
	})
}

// TestR34DeepNestingIsRefused: quickly, and without eating the stack.
func TestR34DeepNestingIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"lists":           "spec: " + strings.Repeat("[", 100_000),
		"closed lists":    "spec: " + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000),
		"objects":         "spec: " + strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_000),
		"keys in keys":    strings.Repeat("? ", 5_000),
		"dashes in a row": strings.Repeat("- ", 5_000),
	} {
		t.Run(name, func(t *testing.T) {
			problemsOf(t, configMap(Default, map[string]string{"pod.yaml": text}), LoadOptions{})
		})
	}
}

func TestProblemsAreOneLineEach(t *testing.T) {
	p := Problem{Template: "team-a/t", Key: "pod.yaml", Line: 3, Path: "spec.x", Message: "m"}
	for want, p := range map[string]Problem{
		"team-a/t/pod.yaml:3: spec.x: m": p,
		"team-a/t: m":                    {Template: "team-a/t", Message: "m"},
		"file.yaml:3: m":                 {Template: "file.yaml", Line: 3, Message: "m"},
	} {
		if p.String() != want {
			t.Errorf("got %s, want %s", p, want)
		}
	}
	err := &LoadError{Problems: []Problem{p, p, p}}
	if want := "team-a/t/pod.yaml:3: spec.x: m (and 2 more)"; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}
