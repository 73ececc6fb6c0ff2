package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

type partial = *metav1.PartialObjectMetadata

func nameOf(namespace, name string) cache.ObjectName { return cache.NewObjectName(namespace, name) }

// R34: storms coalesce per ConfigMap. While one version is being compiled any
// number of others may come; only the last is compiled after it.
func TestStormsCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		gate := make(chan struct{})
		loads := 0
		load := w.templates.load
		w.templates.load = func(cm *corev1.ConfigMap) (*podtemplate.Template, error) {
			loads++
			<-gate
			return load(cm)
		}
		w.start()
		w.create(configMap("team", "a", podtemplate.Default, goodTemplate))
		synctest.Wait() // the first version is being compiled
		for i := range 50 {
			w.update(configMap("team", "a", podtemplate.Default, fmt.Sprintf("spec: {terminationGracePeriodSeconds: %d}\n", i)))
		}
		synctest.Wait() // all versions have arrived
		close(gate)
		synctest.Wait()
		if loads != 2 {
			t.Errorf("compiled %d times for 51 versions, want 2: the first and the last", loads)
		}
	})
}

// R34: the library of a namespace is made once a batch, or reading n templates would cost n libraries of n.
func TestLibraryIsMadeOnceABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var objects []runtime.Object
		for i := range 90 {
			objects = append(objects, configMap("team", fmt.Sprintf("t%d", i), podtemplate.Default, goodTemplate))
		}
		w := newWorld(t, Options{}, objects...)
		built := 0
		build := w.templates.build
		w.templates.build = func(entries []podtemplate.Entry) *podtemplate.Library {
			built++
			return build(entries)
		}
		w.start()
		if built != 1 {
			t.Errorf("%d libraries for 90 templates read at once, want 1", built)
		}
	})
}

// A template that trips the loader is broken; it does not stop everybody's.
func TestLoaderPanicBreaksOneTemplate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{},
			configMap("team", "bad", podtemplate.Default, goodTemplate),
			configMap("team", "good", podtemplate.Default, goodTemplate))
		load := w.templates.load
		w.templates.load = func(cm *corev1.ConfigMap) (*podtemplate.Template, error) {
			if cm.Name == "bad" {
				panic("quoting the template: secret")
			}
			return load(cm)
		}
		w.start()
		if bad, good := w.state("team", "bad"), w.state("team", "good"); bad != podtemplate.Broken || good != podtemplate.Loaded {
			t.Errorf("bad is %s, good is %s", bad, good)
		}
		entry, _, _ := w.templates.library("team").Get("bad")
		if !errors.Is(entry.Err, errLoadPanicked) || strings.Contains(entry.Err.Error(), "secret") {
			t.Errorf("error %q", entry.Err)
		}
	})
}

// R28: of a template that gets worse people are told once, with the ConfigMap to look at.
func TestBrokenIsToldOncePerChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, configMap("team", "good", podtemplate.Default, goodTemplate))
		w.start()
		steps := []struct {
			what   string
			change func()
			told   int
		}{
			{"a broken one comes", func() { w.create(configMap("team", "a", podtemplate.Default, "spec: {x: 1}\n")) }, 1},
			{"another template of the namespace changes", func() { w.update(configMap("team", "good", podtemplate.Default, "spec: {priority: 1}\n")) }, 2},
			{"it is written again as it was", func() { w.update(configMap("team", "a", podtemplate.Default, "spec: {x: 1}\n")) }, 2},
			{"it is broken in another way", func() { w.update(configMap("team", "a", podtemplate.Default, "spec: {y: 1}\n")) }, 3},
			{"it is mended", func() { w.update(configMap("team", "a", podtemplate.Default, goodTemplate)) }, 3},
			{"it stops loading", func() { w.update(configMap("team", "a", podtemplate.Default, "spec: {y: 1}\n")) }, 4},
			{"it is deleted", func() { w.delete("team", "a") }, 4},
		}
		for _, step := range steps {
			step.change()
			synctest.Wait()
			if len(w.problems) != step.told {
				t.Errorf("%s: told %d times so far, want %d", step.what, len(w.problems), step.told)
			}
		}
		last := w.problems[len(w.problems)-1]
		if last.State != podtemplate.Stale || last.ConfigMap.UID != "uid-a" || !strings.Contains(last.Message, "team/a/pod.yaml:1") {
			t.Errorf("told %+v: want the state, the ConfigMap's uid, and where in it", last)
		}
	})
}
