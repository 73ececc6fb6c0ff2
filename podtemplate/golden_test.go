package podtemplate

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write what shaping makes of the captured pods as the expected pods")

// TestGolden shapes the pods that real spark-submits made. The webhook's handler
// and swage render are tested against the same files, which this test writes.
func TestGolden(t *testing.T) {
	own, system := goldenLibraries(t)
	for _, version := range []string{"3.5.9", "4.1.2"} {
		t.Run(version, func(t *testing.T) {
			file := filepath.Join("testdata", "golden", version+".yaml")
			shaped := shapeCaptured(t, version, own, system)
			if *update {
				writeGolden(t, file, shaped)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want struct{ Items []any }
			if err := yaml.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(shaped, want.Items) {
				t.Errorf("the shaped pods are not those of %s: run make goldens and look at the difference", file)
			}
		})
	}
}

func goldenLibraries(t *testing.T) (own, system *Library) {
	t.Helper()
	entries := map[string][]Entry{}
	for _, cm := range goldenTemplates(t) {
		template, err := Load(cm, LoadOptions{System: cm.Namespace == DefaultSystemNamespace})
		if err != nil {
			t.Fatal(err)
		}
		entries[cm.Namespace] = append(entries[cm.Namespace],
			Entry{Namespace: cm.Namespace, Name: cm.Name, Mode: template.Mode, Template: template})
	}
	return NewLibrary(entries["default"], Limits{}), NewLibrary(entries[DefaultSystemNamespace], Limits{})
}

func goldenTemplates(tb testing.TB) (all []*corev1.ConfigMap) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "golden", "templates.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	for document := range bytes.SplitSeq(text, []byte("---\n")) { // the newline before it belongs to the text above
		cm := new(corev1.ConfigMap)
		if err := yaml.UnmarshalStrict(document, cm); err != nil {
			tb.Fatal(err)
		}
		all = append(all, cm)
	}
	return all
}

// shapeCaptured returns the pods of one capture, shaped, in the order of their names.
func shapeCaptured(t *testing.T, version string, own, system *Library) []any {
	t.Helper()
	shaper := NewShaper(Options{})
	captured := capturedPods(t)
	var names []string
	for name := range captured {
		if strings.HasPrefix(name, version) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []any
	for _, name := range names {
		pod, err := ParsePod(captured[name])
		if err != nil {
			t.Fatal(err)
		}
		result := shaper.Shape(Request{Pod: pod, Namespace: "default", Templates: own, SystemTemplates: system})
		if result.Verdict != Shaped {
			t.Fatalf("%s: %s", name, result.Message())
		}
		var shaped any
		if err := json.Unmarshal(result.Pod(), &shaped); err != nil {
			t.Fatal(err)
		}
		all = append(all, shaped)
	}
	return all
}

func writeGolden(t *testing.T, file string, pods []any) {
	t.Helper()
	text, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": pods})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
