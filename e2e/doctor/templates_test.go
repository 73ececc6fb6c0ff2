package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

func configMaps(namespace string) client[*corev1.ConfigMap] {
	return server.Client().CoreV1().ConfigMaps(namespace)
}

// written writes a template until the test's end, as an administrator may. edit comes last.
func written(t *testing.T, namespace, name string, mode podtemplate.Mode, text string, edit ...func(*corev1.ConfigMap)) {
	t.Helper()
	cm := swagetest.TemplateMap(namespace, name, mode, map[string]string{"pod.yaml": text})
	cm.Annotations = map[string]string{}
	for _, change := range edit {
		change(cm)
	}
	created(t, configMaps(namespace), cm)
}

// withoutChecks does something while nobody checks templates, as while an
// installation is made anew. What was checked once is not checked again later.
func withoutChecks(t *testing.T, do func()) {
	t.Helper()
	entries := get(t, validating(), checking)
	condition := func(set ...admissionv1.MatchCondition) {
		c := get(t, validating(), checking)
		c.Webhooks[0].MatchConditions = append(set, entries.Webhooks[0].MatchConditions...)
		if _, err := validating().Update(t.Context(), c, updating); err != nil {
			t.Fatal(err)
		}
	}
	condition(never)
	patience.Until(t, "writes that nobody checks", func() error {
		if swagewebhook.Checks(t.Context(), server.Client()) == nil {
			return errors.New("they are still checked")
		}
		return nil
	})
	do()
	condition()
	mended(t)
}

var updating = metav1.UpdateOptions{}

func templateHarms() []harm {
	return []harm{
		{"templates in a namespace that is left out", "reach", "warning", "namespace kube-system (1 template) is not selected by 00-swage", func(t *testing.T) {
			written(t, "kube-system", "base", podtemplate.Default, "metadata: {labels: {a: b}}\n")
		}, nil},
		{"a template that does not load", "templates-load", "failed", "jobs/bad/pod.yaml:2: spec.imagePulPolicy|pods that ask for it are denied", func(t *testing.T) {
			wrongly(t, "bad", podtemplate.Named)
		}, nil},
		{"a template that stopped loading", "templates-stale", "warning", "the last good version of 1 template of mode named", stops, []string{"templates-load"}},
		{"a class that no installation has", "templates-used", "warning", `jobs/other is for the class "other"`, func(t *testing.T) {
			written(t, jobs, "other", podtemplate.Default, "metadata: {labels: {a: b}}\n", func(cm *corev1.ConfigMap) { cm.Labels["swage.dev/class"] = "other" })
		}, nil},
		{"namespaces that there are none of", "templates-used", "warning", `swage-system/prod is for the namespaces "env=prod"`, func(t *testing.T) {
			written(t, system, "prod", podtemplate.Default, "metadata: {labels: {a: b}}\n", func(cm *corev1.ConfigMap) { cm.Annotations[podtemplate.NamespacesAnnotation] = "env=prod" })
		}, nil},
	}
}

const wrong = "spec:\n  imagePulPolicy: Always\n"

// wrongly writes a template that does not load.
func wrongly(t *testing.T, name string, mode podtemplate.Mode) {
	t.Helper()
	cm := swagetest.TemplateMap(jobs, name, mode, map[string]string{"pod.yaml": wrong})
	withoutChecks(t, func() { created(t, configMaps(jobs), cm) })
}

// stops is a template that loaded, and does not any more.
func stops(t *testing.T) {
	t.Helper()
	written(t, jobs, "stops", podtemplate.Named, "metadata: {labels: {a: b}}\n")
	awaitStates(t, `swage_templates{mode="named",state="loaded"} 1`)
	cm := get(t, configMaps(jobs), "stops")
	cm.Data["pod.yaml"] = wrong
	withoutChecks(t, func() {
		if _, err := server.Client().CoreV1().ConfigMaps(jobs).Update(t.Context(), cm, updating); err != nil {
			t.Fatal(err)
		}
	})
	awaitStates(t, `swage_templates{mode="named",state="stale"} 1`)
}

// awaitStates waits until all replicas say so of their templates.
func awaitStates(t *testing.T, line string) {
	t.Helper()
	patience.Until(t, line, func() error {
		for _, r := range here.replicas {
			text, err := r.metrics(t.Context())
			if err != nil {
				return err
			}
			if !strings.Contains(text, line+"\n") {
				return fmt.Errorf("%s does not say so", r.pod)
			}
		}
		return nil
	})
}

func (r *replica) metrics(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s:%d/metrics", r.address, r.status), nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// replicasThatDiffer: one was started anew, and has no last good version.
func replicasThatDiffer(t *testing.T) {
	h := harm{
		rule: "replicas that differ", check: "templates-stale", state: "failed", says: "replicas differ: |of mode named", also: []string{"templates-load"},
		hurt: func(t *testing.T) {
			stops(t)
			r := here.replicas[1]
			if err := r.process.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := here.run(context.WithoutCancel(t.Context()), r); err != nil {
				t.Fatal(err)
			}
		},
	}
	h.test(t)
}
