package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/shapehere"
	"swage.dev/swage/submitter/submittertest"
)

// S19: a pod is asked for by a dry run, shaped as it came back, and created; one
// that templates deny is not.
func TestS19PodsAreShapedBeforeTheyAreCreated(t *testing.T) {
	var f fakeServer
	server := f.start(t)
	objects := rich(t)
	objects.Templates = submittertest.Template(podtemplate.Default, map[string]string{
		"driver.yaml": `{metadata: {annotations: {shaped: "{{APP_NAME}}"}}, spec: {containers: [{name: spark, env: [{name: A, value: "1"}]}]}}`,
	})
	if _, err := lifecycle.Apply(t.Context(), server, objects); err != nil {
		t.Fatal(err)
	}
	stored, calls := f.stored()
	if calls[0] != "DRY /api/v1/namespaces/default/pods" || calls[1] != "POST /api/v1/namespaces/default/pods" {
		t.Errorf("got %q", calls)
	}
	metadata := stored["pods/"+objects.Driver.Name]["metadata"].(map[string]any)
	notes := metadata["annotations"].(map[string]any)
	if notes["shaped"] != "pi-py" || !strings.Contains(fmt.Sprint(notes[podtemplate.ShapedAnnotation]), "default/t@") || metadata["resourceVersion"] != nil {
		t.Errorf("got %v", metadata)
	}
}

// S19: executors are shaped as well, by the named templates of their driver too, whoever makes them.
func TestS19ExecutorsAreShapedBeforeTheyAreCreated(t *testing.T) {
	var f fakeServer
	server := f.start(t)
	const setting = "spark.kubernetes.driver.annotation.swage.dev/templates=t"
	objects := submittertest.Request{
		Version: "4.1.2", Executors: submitter.BySubmitter, Gang: true, Args: []string{"--num-executors", "1", "--conf", setting},
		Templates: submittertest.Template(podtemplate.Named, map[string]string{"executor.yaml": `{metadata: {annotations: {shaped: "yes"}}}`}),
	}.Must(t)
	if _, err := lifecycle.Apply(t.Context(), server, objects); err != nil {
		t.Fatal(err)
	}
	stored, _ := f.stored()
	metadata := stored["pods/"+objects.Executors.Pod(0).Name]["metadata"].(map[string]any)
	if notes, _ := metadata["annotations"].(map[string]any); notes["shaped"] != "yes" {
		t.Errorf("got %v", metadata)
	}
}

func TestS19WhatTemplatesDenyIsNotCreated(t *testing.T) {
	for _, row := range []struct{ rule, driver, says string }{
		{"an enforced template that does not load", `{spec: {x: 1}}`, "the templates deny it: a template that this pod needs cannot be used"},
		{"a pod that would be invalid", `{spec: {containers: [{name: spark, volumeMounts: [{name: none, mountPath: /x}]}]}}`, "the templates deny it"},
	} {
		var f fakeServer
		server := f.start(t)
		objects := rich(t)
		objects.Templates = submittertest.Template(podtemplate.Enforced, map[string]string{"driver.yaml": row.driver})
		_, err := lifecycle.Apply(t.Context(), server, objects)
		stored, _ := f.stored()
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), row.says) || len(stored) != 0 {
			t.Errorf("%s: %v, %d objects", row.rule, err, len(stored))
		}
	}
}

// templateServer has a template in the namespace system, and forbids one place.
type templateServer struct {
	t         *testing.T
	forbidden string
}

func (f *templateServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case f.forbidden != "" && strings.Contains(r.URL.Path, f.forbidden):
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(status(http.StatusForbidden, "Forbidden", `configmaps is forbidden: User "u" cannot list`))
	case strings.HasSuffix(r.URL.Path, "/namespaces/team"):
		_, _ = w.Write([]byte(`{"metadata":{"labels":{"env":"prod"}}}`))
	case strings.Contains(r.URL.Path, "/namespaces/system/"):
		if r.URL.Query().Get("labelSelector") != "swage.dev/template,!swage.dev/class" {
			f.t.Errorf("asked for %s", r.URL)
		}
		_, _ = w.Write([]byte(`{"items":[{"metadata":{"name":"s","namespace":"system","labels":{"swage.dev/template":"default"},
			"annotations":{"swage.dev/namespaces":"env=prod"}},"data":{"driver.yaml":"{spec: {nodeSelector: {a: b}}}"}}]}`))
	default:
		_, _ = w.Write([]byte(`{"items":[]}`))
	}
}

// S19: templates are read by the user's rights: what may not be read is said.
func TestS19TemplatesAreReadByTheUsersRights(t *testing.T) {
	f := &templateServer{t: t}
	listening := httptest.NewServer(f)
	t.Cleanup(listening.Close)
	server := apiserver.New(listening.URL, listening.Client())
	templates, err := lifecycle.ReadTemplates(t.Context(), server, "team", "system")
	if err != nil {
		t.Fatal(err)
	}
	result, err := templates.Shape([]byte(`{"kind":"Pod","metadata":{"labels":{"spark-role":"driver"}},"spec":{}}`), shapehere.Driver{})
	if err != nil || result.Verdict != podtemplate.Shaped {
		t.Errorf("a template that selects the namespace: %v, %s", err, result.Message())
	}
	for place, says := range map[string]string{
		"/namespaces/system/": "the templates of namespace system cannot be read: configmaps is forbidden",
		"/namespaces/team/":   "the templates of namespace team cannot be read",
	} {
		f.forbidden = place
		if _, err := lifecycle.ReadTemplates(t.Context(), server, "team", "system"); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", place, err)
		}
	}
	f.forbidden = "/namespaces/system/"
	if _, err := lifecycle.ReadTemplates(t.Context(), server, "team", ""); err != nil {
		t.Errorf("without a system namespace: %v", err)
	}
}
