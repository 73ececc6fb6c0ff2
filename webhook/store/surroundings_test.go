package store

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"swage.dev/swage/podtemplate"
)

func executorOf(apiVersion, kind, name, uid string) string {
	return fmt.Sprintf(`{"metadata":{"labels":{"spark-role":"executor","spark-app-selector":"app-1"},
		"ownerReferences":[{"apiVersion":%q,"kind":%q,"name":%q,"uid":%q,"controller":true}]}}`, apiVersion, kind, name, uid)
}

// R8: which pod an executor's driver is.
func TestDriver(t *testing.T) {
	driver := map[string]string{podtemplate.RoleLabel: "driver", podtemplate.AppIDLabel: "app-1"}
	other := map[string]string{podtemplate.RoleLabel: "driver", podtemplate.AppIDLabel: "app-2"}
	for _, row := range []struct {
		rule     string
		executor string
		pods     []runtime.Object
		driver   bool
		missing  bool
		gets     int
	}{
		{"the owner, by name and uid", executorOf("v1", "Pod", "d", "1"), []runtime.Object{podObject("d", "1", driver)}, true, false, 0},
		{"in client mode the owner has no labels of Spark's", executorOf("v1", "Pod", "notebook", "1"), []runtime.Object{podObject("notebook", "1", nil)}, true, false, 1},
		{"an owner that does not exist is missing", executorOf("v1", "Pod", "d", "1"), nil, false, true, 1},
		{"one of the same name and another uid is another pod", executorOf("v1", "Pod", "d", "1"), []runtime.Object{podObject("d", "2", driver)}, false, true, 1},
		{"a name that no pod can have is not asked for", executorOf("v1", "Pod", "../secrets/x", "1"), nil, false, true, 0},
		{"controlled by a StatefulSet: the application's driver", executorOf("apps/v1", "StatefulSet", "s", "9"), []runtime.Object{podObject("d", "1", driver)}, true, false, 0},
		{"controlled by a ReplicaSet: the same", executorOf("apps/v1", "ReplicaSet", "s", "9"), []runtime.Object{podObject("d", "1", driver)}, true, false, 0},
		{"drivers of other applications do not count", executorOf("apps/v1", "StatefulSet", "s", "9"), []runtime.Object{podObject("d", "1", other)}, false, false, 0},
		{"two drivers are as good as none", executorOf("apps/v1", "StatefulSet", "s", "9"), []runtime.Object{podObject("d", "1", driver), podObject("e", "2", driver)}, false, false, 0},
		{"another kind of controller tells nothing", executorOf("batch/v1", "Job", "j", "9"), []runtime.Object{podObject("d", "1", driver)}, false, false, 0},
		{"without a controller there is none", `{"metadata":{"labels":{"spark-role":"executor","spark-app-selector":"app-1"}}}`, []runtime.Object{podObject("d", "1", driver)}, false, false, 0},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, Options{}, append(row.pods, namespaceObject("team", nil))...)
				w.start()
				w.metadata.ClearActions()
				req, err := w.Surroundings(t.Context(), parsePod(t, row.executor), "team", podtemplate.Executor)
				if err != nil {
					t.Fatal(err)
				}
				if (req.Driver != nil) != row.driver || req.DriverMissing != row.missing {
					t.Errorf("driver %t, missing %t; want %t, %t", req.Driver != nil, req.DriverMissing, row.driver, row.missing)
				}
				if req.Driver != nil && req.Driver.Annotations[podtemplate.TemplatesAnnotation] != "spot" {
					t.Errorf("driver %+v: its request for templates is missing", req.Driver)
				}
				if gets := calls(w.metadata.Actions(), "get", "pods"); gets != row.gets {
					t.Errorf("%d live gets, want %d", gets, row.gets)
				}
			})
		})
	}
}

// R8: a driver has no driver to look for, whatever owns it.
func TestOnlyExecutorsHaveADriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, namespaceObject("team", nil))
		w.start()
		req, err := w.Surroundings(t.Context(), parsePod(t, executorOf("v1", "Pod", "airflow-worker", "1")), "team", podtemplate.Driver)
		if err != nil || req.Driver != nil || req.DriverMissing {
			t.Errorf("driver %v, missing %t, %v", req.Driver, req.DriverMissing, err)
		}
	})
}

// R8, R32: a driver that the informer does not know yet is asked for, once.
func TestDriverThatTheInformerDoesNotKnowYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, namespaceObject("team", nil))
		w.blind()
		w.start()
		if err := w.metadata.Tracker().Add(podObject("d", "1", map[string]string{podtemplate.RoleLabel: "driver", podtemplate.AppIDLabel: "app-1"})); err != nil {
			t.Fatal(err)
		}
		for _, executor := range []string{executorOf("v1", "Pod", "d", "1"), executorOf("apps/v1", "StatefulSet", "s", "9")} {
			for range 3 {
				req, err := w.Surroundings(t.Context(), parsePod(t, executor), "team", podtemplate.Executor)
				if err != nil || req.Driver == nil {
					t.Fatalf("driver %v, %v", req.Driver, err)
				}
			}
		}
		if gets := calls(w.metadata.Actions(), "get", "pods"); gets != 1 {
			t.Errorf("%d gets for three executors, want 1", gets)
		}
	})
}

// R32: labels of a namespace that was created a moment ago are asked for; one that does not exist is an error.
func TestNamespaceLabels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, namespaceObject("old", map[string]string{"env": "prod"}))
		w.blind()
		w.start()
		if err := w.metadata.Tracker().Add(namespaceObject("new", map[string]string{"env": "test"})); err != nil {
			t.Fatal(err)
		}
		for name, env := range map[string]string{"old": "prod", "new": "test"} {
			req, err := w.Surroundings(t.Context(), parsePod(t, `{}`), name, podtemplate.Driver)
			if err != nil || req.NamespaceLabels["env"] != env {
				t.Errorf("%s: labels %v, %v", name, req.NamespaceLabels, err)
			}
		}
		if _, err := w.Surroundings(t.Context(), parsePod(t, `{}`), "none", podtemplate.Driver); !errors.Is(err, ErrUnknownNamespace) {
			t.Errorf("error %v", err)
		}
	})
}

// R32: a template created a moment before the pod is found, in the pod's namespace or the system's, if it is one.
func TestFind(t *testing.T) {
	system := podtemplate.DefaultSystemNamespace
	for _, row := range []struct {
		rule, namespace, name string
		label                 string
		own, system           bool
	}{
		{"in the pod's namespace", "team", "spot", "named", true, false},
		{"in the system namespace", system, "spot", "named", false, true},
		{"without the label it does not exist", "team", "spot", "", false, false},
		{"nor in another namespace", "other", "spot", "named", false, false},
		{"nor under another name", "team", "spit", "named", false, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, Options{}, configMap("team", "base", podtemplate.Default, goodTemplate))
				w.blind()
				w.start()
				cm := configMap(row.namespace, row.name, podtemplate.Mode(row.label), goodTemplate)
				if row.label == "" {
					cm.Labels = nil
				}
				w.create(cm)
				before := podtemplate.Request{Namespace: "team", Templates: w.templates.library("team"), SystemTemplates: w.systemLibrary()}
				req, found, err := w.Find(t.Context(), before, []string{"spot"})
				if err != nil || found != (row.own || row.system) {
					t.Fatalf("found %t, %v", found, err)
				}
				_, _, own := req.Templates.Get("spot")
				_, _, inSystem := req.SystemTemplates.Get("spot")
				_, _, base := req.Templates.Get("base")
				if own != row.own || inSystem != row.system || !base {
					t.Errorf("own %t, system %t, those known before %t", own, inSystem, base)
				}
				if _, _, leaked := w.templates.library("team").Get("spot"); leaked {
					t.Error("what was found live must not stay: nobody would notice when it is deleted")
				}
			})
		})
	}
}

// What is in the pod's namespace hides the system's: nobody asks for that.
func TestFindAsksTheSystemForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.blind()
		w.start()
		w.create(configMap("team", "a", podtemplate.Named, goodTemplate))
		w.create(configMap(podtemplate.DefaultSystemNamespace, "b", podtemplate.Named, goodTemplate))
		w.client.ClearActions()
		if _, found, err := w.Find(t.Context(), podtemplate.Request{Namespace: "team"}, []string{"a", "b"}); !found || err != nil {
			t.Fatalf("found %t, %v", found, err)
		}
		if n := calls(w.client.Actions(), "get", "configmaps"); n != 3 {
			t.Errorf("%d requests, want 3: two for the namespace and one for the system", n)
		}
	})
}

// Names come from pods: what cannot be a ConfigMap's name must not become a part of a request.
func TestFindAsksForValidNamesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.start()
		w.client.ClearActions()
		names := []string{"", "..", "a/b", "A", "a b", "a%2fb", "x\n"}
		if _, found, err := w.Find(t.Context(), podtemplate.Request{Namespace: "team"}, names); found || err != nil {
			t.Errorf("found %t, %v", found, err)
		}
		if n := len(w.client.Actions()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

// R32: an API server that cannot answer is a failure and not a missing template.
func TestFindTellsFailureFromAbsence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{})
		w.start()
		failure := errors.New("no connection")
		w.client.PrependReactor("get", "configmaps", func(clienttesting.Action) (bool, runtime.Object, error) {
			return true, nil, failure
		})
		if _, _, err := w.Find(t.Context(), podtemplate.Request{Namespace: "team"}, []string{"a"}); !errors.Is(err, failure) {
			t.Errorf("error %v", err)
		}
	})
}

// What was missing a moment ago and reached the informer meanwhile is used at once: the memory of look-ups stands behind it.
func TestInformerBeatsNegativeMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Options{}, namespaceObject("team", nil))
		w.start()
		if _, found, err := w.Find(t.Context(), podtemplate.Request{Namespace: "team"}, []string{"spot"}); found || err != nil {
			t.Fatalf("found %t, %v", found, err)
		}
		w.create(configMap("team", "spot", podtemplate.Named, goodTemplate))
		synctest.Wait()
		req, err := w.Surroundings(t.Context(), parsePod(t, `{}`), "team", podtemplate.Driver)
		if _, _, ok := req.Templates.Get("spot"); err != nil || !ok {
			t.Errorf("known %t, %v", ok, err)
		}
	})
}
