package webhook_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// bombs are texts that cost far more than they weigh, or try to.
var bombs = map[string]string{
	"aliases":     "metadata: {annotations: {a: &a x, b: *a}}",
	"many lols":   "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nspec: {hostname: x}",
	"a megabyte":  "metadata: {annotations: {a: " + strings.Repeat("x", 1000<<10) + "}}",
	"very nested": "spec: " + strings.Repeat("{a: ", 20000) + strings.Repeat("}", 20000),
	"no YAML":     "\x00{{{",
}

// R34: templates that are too large, or would be, cost the pods that need them
// a clear answer, and nobody else anything.
func TestBadTemplatesGetAClearAnswerAndHarmNobody(t *testing.T) {
	t.Parallel()
	for what, text := range bombs {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			namespace := server.Namespace(t)
			createRaw(t, swagetest.TemplateMap(namespace, "bad", podtemplate.Named, map[string]string{"pod.yaml": text}))
			_, err := server.TryCreate(t, namespace, swagetest.Asking(swagetest.Driver("asks"), "bad"))
			denied(t, what, err, http.StatusForbidden, podtemplate.DeniedBrokenTemplate)
			if err != nil && (len(err.Error()) > 2000 || !strings.Contains(err.Error(), namespace+"/bad")) {
				t.Errorf("the answer has %d bytes: %.2000s", len(err.Error()), err)
			}
			createRaw(t, swagetest.TemplateMap(namespace, "worse", podtemplate.Default, map[string]string{"pod.yaml": text}))
			server.Template(t, namespace, "good", podtemplate.Default, writes("made-by", "good"))
			if made := server.Create(t, namespace, swagetest.Driver("does-not-ask")); made.Labels["made-by"] != "good" {
				t.Errorf("labels %v", made.Labels)
			}
		})
	}
}

// R25: placeholders are replaced once: what comes in by a label is text, also
// when it looks like another placeholder, and a cycle is no loop.
func TestPlaceholdersAreReplacedOnce(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": `
metadata: {annotations: {name: "{{APP_NAME}}", id: "{{APP_ID}}", literal: "{{{{APP_ID}}"}}`})
	client, url := ofTheBinary(t)
	// No API server lets such labels through; a review is not checked for it.
	pod := `{"metadata":{"labels":{"spark-role":"driver","spark-app-name":"{{APP_ID}}","spark-app-selector":"{{APP_NAME}}"}},
		"spec":{"containers":[{"name":"spark-kubernetes-driver","image":"s","args":["driver"]}]}}`
	review := bytes.Replace(reviewOf(t, rawPod(pod)), []byte(`"namespace":"default"`), []byte(`"namespace":"`+namespace+`"`), 1)
	_, answer := post(t, client, url+"/shape", "application/json", review)
	shaped := string(patched(t, []byte(pod), answer))
	for _, want := range []string{`"name":"{{APP_ID}}"`, `"id":"{{APP_NAME}}"`, `"literal":"{{APP_ID}}"`} {
		if !strings.Contains(shaped, want) {
			t.Errorf("%s is not in %s", want, shaped)
		}
	}
}

// R33: a template that stops loading keeps its last good version, says so in
// the metrics at once, and is used as written as soon as it loads again.
func TestALastGoodVersionServesOn(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	template := server.Template(t, namespace, "base", podtemplate.Default, writes("version", "one"))
	before := templatesIn(t, podtemplate.Default, podtemplate.Stale)
	for _, broken := range []string{"spec: {contaners: []}", "and: again"} {
		template = rewrite(t, template, broken)
		server.Await(t, "the stale template in the metrics", func() error {
			return moreThan(int64(before), int64(templatesIn(t, podtemplate.Default, podtemplate.Stale)))
		})
		if made := server.Create(t, namespace, generated(swagetest.Driver("d"))); made.Labels["version"] != "one" {
			t.Errorf("without its last good version: %v", made.Labels)
		}
	}
	template = rewrite(t, template, writes("version", "two")["pod.yaml"])
	server.AwaitTemplates(t, namespace, template)
	if made := server.Create(t, namespace, generated(swagetest.Driver("d"))); made.Labels["version"] != "two" {
		t.Errorf("as written again: %v", made.Labels)
	}
}

func generated(pod *corev1.Pod) *corev1.Pod {
	pod.GenerateName, pod.Name = pod.Name+"-", ""
	return pod
}

func rewrite(t *testing.T, template *corev1.ConfigMap, text string) *corev1.ConfigMap {
	t.Helper()
	template = template.DeepCopy()
	template.Data = map[string]string{"pod.yaml": text}
	made, err := server.Client().CoreV1().ConfigMaps(template.Namespace).Update(t.Context(), template, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// templatesIn is the shared server's count of templates.
func templatesIn(t *testing.T, mode podtemplate.Mode, state podtemplate.State) (n int) {
	t.Helper()
	_, body := fetch(t, server.Swage.Status+"/metrics")
	_, rest, found := strings.Cut(body, fmt.Sprintf("swage_templates{mode=%q,state=%q} ", mode, state))
	if !found {
		t.Fatalf("no such series in %s", body)
	}
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatal(err)
	}
	return n
}
