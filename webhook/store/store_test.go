package store

import (
	"fmt"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"swage.dev/swage/podtemplate"
)

// state is the state of a template, "" if the store has none of that name.
func (w *world) state(namespace, name string) podtemplate.State {
	_, state, _ := w.templates.library(namespace).Get(name)
	return state
}

// R33: a template that stops loading keeps its last good version, and says so at once.
func TestLastGoodVersion(t *testing.T) {
	good := configMap("team", "a", podtemplate.Default, goodTemplate)
	broken := configMap("team", "a", podtemplate.Default, "spec: {noSuchField: 1}\n")
	none := (*corev1.ConfigMap)(nil)
	unlabelled := good.DeepCopy()
	unlabelled.Labels = nil
	strange := configMap("team", "a", "loud", goodTemplate)

	for _, row := range []struct {
		rule     string
		versions []*corev1.ConfigMap
		state    podtemplate.State
		usable   bool
	}{
		{"what loads is used", []*corev1.ConfigMap{good}, podtemplate.Loaded, true},
		{"what never loaded is not", []*corev1.ConfigMap{broken}, podtemplate.Broken, false},
		{"what stops loading keeps its last good version", []*corev1.ConfigMap{good, broken}, podtemplate.Stale, true},
		{"also when it is broken twice", []*corev1.ConfigMap{good, broken, broken}, podtemplate.Stale, true},
		{"what is mended is loaded", []*corev1.ConfigMap{good, broken, good}, podtemplate.Loaded, true},
		{"what is deleted is gone", []*corev1.ConfigMap{good, none}, "", false},
		{"deleting forgets the last good version", []*corev1.ConfigMap{good, none, broken}, podtemplate.Broken, false},
		{"without its label it is no template", []*corev1.ConfigMap{good, unlabelled}, "", false},
		{"labelled again it is one again, without a past", []*corev1.ConfigMap{good, unlabelled, broken}, podtemplate.Broken, false},
		{"an unknown mode reaches no one, not even by its last good version", []*corev1.ConfigMap{good, strange}, podtemplate.Unknown, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, Options{})
				w.start()
				exists := false
				for _, version := range row.versions {
					switch {
					case version == nil:
						w.delete("team", "a")
					case exists:
						w.update(version)
					default:
						w.create(version)
					}
					exists = version != nil
					synctest.Wait()
				}
				entry, state, _ := w.templates.library("team").Get("a")
				if state != row.state || (entry.Template != nil) != row.usable {
					t.Errorf("state %q, usable %t; want %q, %t", state, entry.Template != nil, row.state, row.usable)
				}
			})
		})
	}
}

// R29, R30: nothing is answered before everything was read.
func TestNotSyncedBeforeEverythingIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var objects []runtime.Object
		for i := range 50 {
			objects = append(objects, configMap("team", fmt.Sprintf("t%d", i), podtemplate.Default, goodTemplate))
		}
		w := newWorld(t, Options{}, objects...)
		if w.Synced() {
			t.Error("synced before Start")
		}
		w.start()
		if !w.Synced() {
			t.Fatal("not synced although everything was read")
		}
		if n := len(w.templates.library("team").Names(podtemplate.Default)); n != 50 {
			t.Errorf("synced with %d of 50 templates", n)
		}
	})
}

// R38: a store of one namespace uses no right outside it, and has no system level.
func TestOneNamespace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{Namespace: "team"},
			configMap("team", "a", podtemplate.Default, goodTemplate),
			configMap(podtemplate.DefaultSystemNamespace, "b", podtemplate.Enforced, goodTemplate))
		w.start()
		for _, action := range append(w.client.Actions(), w.metadata.Actions()...) {
			if action.GetNamespace() != "team" {
				t.Errorf("%s %s in namespace %q", action.GetVerb(), action.GetResource().Resource, action.GetNamespace())
			}
		}
		req, err := w.Surroundings(t.Context(), parsePod(t, `{}`), "team", podtemplate.Driver)
		if err != nil {
			t.Fatal(err)
		}
		if req.SystemTemplates != nil || len(req.Templates.Names(podtemplate.Default)) != 1 {
			t.Error("want the namespace's template and no system level")
		}
		if !w.Covers("team") || w.Covers("other") {
			t.Error("it covers its own namespace and no other")
		}
	})
}

// R38: several installations in one cluster tell their templates apart by class.
func TestClass(t *testing.T) {
	for _, row := range []struct {
		rule, class, label string
		used               bool
	}{
		{"without a class: templates without one", "", "", true},
		{"without a class: no template of a class", "", "blue", false},
		{"with a class: templates of it", "blue", "blue", true},
		{"with a class: none of another", "blue", "green", false},
		{"with a class: none without", "blue", "", false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cm := configMap("team", "a", podtemplate.Default, goodTemplate)
				if row.label != "" {
					cm.Labels[podtemplate.ClassLabel] = row.label
				}
				w := newWorld(t, Options{Class: row.class}, cm)
				w.start()
				if used := w.state("team", "a") == podtemplate.Loaded; used != row.used {
					t.Errorf("used: %t, want %t", used, row.used)
				}
			})
		})
	}
	if _, err := podtemplate.TemplateSelector("no, class"); err == nil {
		t.Error("a class that is no label value: want an error")
	}
}

// Only what is used is kept: a ConfigMap's managedFields and kubectl's copy of it are often larger than it is.
func TestInformersKeepOnlyWhatIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cm := configMap("team", "a", podtemplate.Default, goodTemplate)
		cm.Annotations = map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "x", podtemplate.SelectAnnotation: "a=b"}
		cm.Labels["other"] = "x"
		driver := podObject("driver", "1", map[string]string{podtemplate.RoleLabel: "driver"})
		w := newWorld(t, Options{}, cm, driver)
		w.start()
		kept := w.configMap(nameOf("team", "a"))
		if len(kept.Annotations) != 1 || len(kept.Labels) != 1 || kept.UID == "" || kept.Data["pod.yaml"] != goodTemplate {
			t.Errorf("kept %v", kept)
		}
		obj, _, err := w.drivers.informer.GetIndexer().GetByKey("team/driver")
		if err != nil {
			t.Fatal(err)
		}
		if info := driverInfo(obj.(partial)); len(info.Annotations) != 1 || len(info.Labels) != 1 {
			t.Errorf("kept of the driver %v", info)
		}
	})
}

func TestCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{},
			configMap("a", "good", podtemplate.Default, goodTemplate),
			configMap("b", "good", podtemplate.Default, goodTemplate),
			configMap("b", "bad", podtemplate.Named, "spec: ["),
			configMap("b", "odd", "user's text", goodTemplate))
		w.start()
		counts := w.Counts()
		for _, want := range []struct {
			mode  podtemplate.Mode
			state podtemplate.State
			n     int
		}{{podtemplate.Default, podtemplate.Loaded, 2}, {podtemplate.Named, podtemplate.Broken, 1}, {"", podtemplate.Unknown, 1}} {
			if n := counts[want.mode][want.state]; n != want.n {
				t.Errorf("%q %s: %d, want %d", want.mode, want.state, n, want.n)
			}
		}
		if len(counts) != 3 {
			t.Errorf("modes %v: a user's text must be none of them", counts)
		}
	})
}
