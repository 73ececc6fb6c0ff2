package store

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// selecting is a template that selects on a label that writingTier writes.
func selecting(namespace, name string) *corev1.ConfigMap {
	cm := configMap(namespace, name, podtemplate.Default, goodTemplate)
	cm.Annotations = map[string]string{podtemplate.SelectAnnotation: "tier!=gold"}
	return cm
}

const writingTier = "metadata: {labels: {tier: gold}}\n"

// told lists the templates that people were told of, in order.
func (w *world) told() []string {
	var told []string
	for _, p := range w.problems {
		told = append(told, p.ConfigMap.Namespace+"/"+p.ConfigMap.Name+" "+string(p.State))
	}
	return told
}

// R28: of an unstable template people are told once, not at each change of its neighbours.
func TestUnstableIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, selecting("team", "a"), configMap("team", "b", podtemplate.Default, writingTier))
		w.start()
		for _, text := range []string{goodTemplate, "spec: {terminationGracePeriodSeconds: 80}\n"} {
			w.create(configMap("team", "c", podtemplate.Default, text))
			synctest.Wait()
			w.delete("team", "c")
			synctest.Wait()
		}
		if told := w.told(); !slices.Equal(told, []string{"team/a unstable"}) {
			t.Errorf("told %q, want one", told)
		}
	})
}

// R28: it is a change of the system's templates that makes a team's template
// unstable, at once and also if nothing changes in the team's namespace.
func TestUnstableBecauseOfTheSystem(t *testing.T) {
	system := podtemplate.DefaultSystemNamespace
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, selecting("team", "a"))
		w.start()
		for _, step := range []struct {
			what   string
			change func()
			told   int
			state  podtemplate.State
		}{
			{"the system writes the label", func() { w.create(configMap(system, "s", podtemplate.Default, writingTier)) }, 1, podtemplate.Unstable},
			{"the system has one more template", func() { w.create(configMap(system, "t", podtemplate.Default, goodTemplate)) }, 1, podtemplate.Unstable},
			{"the system writes it no more", func() { w.delete(system, "s") }, 1, podtemplate.Loaded},
			{"it does so again", func() { w.create(configMap(system, "s", podtemplate.Default, writingTier)) }, 2, podtemplate.Unstable},
		} {
			step.change()
			synctest.Wait()
			if told := w.told(); len(told) != step.told {
				t.Errorf("%s: told %q so far, want %d", step.what, told, step.told)
			}
			if n := w.Counts()[podtemplate.Default][step.state]; n == 0 {
				t.Errorf("%s: counts %v, want one %s", step.what, w.Counts(), step.state)
			}
		}
	})
}

// Templates that make putting a library together panic leave the version before
// in use, and do not touch other namespaces or end the process.
func TestPublishingSurvivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, configMap("bad", "a", podtemplate.Default, goodTemplate))
		var log bytes.Buffer
		w.opts.Logger = slog.New(slog.NewTextHandler(&log, nil))
		w.start()
		build := w.templates.build
		w.templates.build = func(entries []podtemplate.Entry) *podtemplate.Library {
			if entries[0].Namespace == "bad" {
				panic(errors.New("quoting a template: secret"))
			}
			return build(entries)
		}
		w.create(configMap("bad", "b", podtemplate.Default, goodTemplate))
		w.create(configMap("good", "a", podtemplate.Default, goodTemplate))
		synctest.Wait()
		if a, b := w.state("bad", "a"), w.state("bad", "b"); a != podtemplate.Loaded || b != "" {
			t.Errorf("bad/a is %q, bad/b is %q: want the library before", a, b)
		}
		if good := w.state("good", "a"); good != podtemplate.Loaded {
			t.Errorf("good/a is %q", good)
		}
		if text := log.String(); !strings.Contains(text, "namespace=bad") || !strings.Contains(text, "level=ERROR") || strings.Contains(text, "secret") {
			t.Errorf("logged %s", text)
		}
	})
}
