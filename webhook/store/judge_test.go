package store

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// R36: what is judged at write is what the template would become, and what
// would become of those beside it.
func TestJudge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		selecting := configMap("team", "selecting", podtemplate.Named, goodTemplate)
		selecting.Annotations = map[string]string{podtemplate.SelectAnnotation: "tier notin (gold)"}
		w := newWorld(t, Options{Limits: podtemplate.Limits{NamespaceTemplates: 3}},
			selecting, configMap("team", "broken", podtemplate.Named, "spec: {unknown: 1}"), configMap("full", "a", podtemplate.Named, goodTemplate),
			configMap("full", "b", podtemplate.Named, goodTemplate), configMap("full", "c", podtemplate.Named, goodTemplate))
		w.start()
		const writesTier = "metadata: {labels: {tier: gold}}\n"
		for _, row := range []struct {
			rule, namespace, name, text string
			says                        string // "": it may be stored
		}{
			{"what loads may be stored, whatever else is broken", "team", "base", goodTemplate, ""},
			{"what does not load may not", "team", "base", "spec: {unknown: 1}", "spec.unknown"},
			{"a label that another template's selector excludes would unsettle that one", "team", "base", writesTier, "team/selecting would be unstable"},
			{"one more than the limit allows is too large", "full", "d", goodTemplate, "full/d would be too-large"},
			{"one more pushes another out, by name", "full", "aa", goodTemplate, "full/c would be too-large"},
			{"another version of one of them is none more", "full", "c", goodTemplate, ""},
		} {
			_, err := w.Judge(configMap(row.namespace, row.name, podtemplate.Named, row.text))
			if (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
				t.Errorf("%s: %v", row.rule, err)
			}
		}
		var failed *podtemplate.LoadError
		if _, err := w.Judge(configMap("team", "base", podtemplate.Named, "spec: {unknown: 1}")); !errors.As(err, &failed) {
			t.Errorf("%v has no positions", err)
		}
	})
}

// A template of the system namespace is judged beside those there.
func TestJudgeInTheSystemNamespace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.start()
		cm := configMap(podtemplate.DefaultSystemNamespace, "base", podtemplate.Default, goodTemplate)
		cm.Annotations = map[string]string{podtemplate.NamespacesAnnotation: "team=risk"}
		if _, err := w.Judge(cm); err != nil {
			t.Error(err)
		}
		cm.Namespace = "team"
		if _, err := w.Judge(cm); err == nil {
			t.Error("only templates of the system namespace select namespaces")
		}
	})
}

func TestTerminating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ending := namespaceObject("ending", nil)
		ending.DeletionTimestamp = &metav1.Time{Time: time.Now()}
		ending.Finalizers = []string{"kubernetes"}
		w := newWorld(t, Options{}, namespaceObject("team", nil), ending)
		w.start()
		for namespace, want := range map[string]bool{"team": false, "ending": true, "unknown": false} {
			if got, err := w.Terminating(t.Context(), namespace); err != nil || got != want {
				t.Errorf("%s: %t, %v", namespace, got, err)
			}
		}
		restricted := newWorld(t, Options{Namespace: "team"})
		if got, err := restricted.Terminating(t.Context(), "team"); err != nil || got {
			t.Errorf("restricted to a namespace: %t, %v", got, err)
		}
	})
}
