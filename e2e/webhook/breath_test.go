package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// R32: a named template is never missed, however young it is. The usual bug of
// this kind of webhook is a cache that is behind and a pod that nobody shaped.
func TestATemplateOfTheSameBreathIsNeverMissed(t *testing.T) {
	t.Parallel()
	const times, clients = 200, 4
	namespace := server.Namespace(t)
	var group errgroup.Group
	group.SetLimit(clients)
	for i := range times {
		group.Go(func() error {
			name := fmt.Sprintf("young-%d", i)
			template := swagetest.TemplateMap(namespace, name, podtemplate.Named, writes("made-by", name))
			if _, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
				return err
			}
			pod, err := server.TryCreate(t, namespace, swagetest.Asking(swagetest.Driver(name), name))
			if err != nil {
				return err
			}
			if pod.Labels["made-by"] != name {
				return fmt.Errorf("%s was admitted unshaped: %v", name, pod.Labels)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// A template that is not there denies, says which are, and is found as soon as
// it is there, although "not found" is remembered for a moment.
func TestAMissingTemplateDeniesAndThenIsFound(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	server.Template(t, namespace, "present", podtemplate.Named, writes("a", "b"))
	server.Await(t, "the template that exists, in the answer", func() error {
		_, err := server.TryCreate(t, namespace, swagetest.Asking(swagetest.Driver("d"), "absent"))
		denied(t, "absent", err, http.StatusUnprocessableEntity, podtemplate.DeniedMissingTemplate)
		if !strings.Contains(err.Error(), "absent") || !strings.Contains(err.Error(), "present") {
			return err
		}
		return nil
	})
	server.Template(t, namespace, "absent", podtemplate.Named, writes("made-by", "absent"))
	var made string
	server.Await(t, "the template that was missing", func() error {
		pod, err := server.TryCreate(t, namespace, swagetest.Asking(swagetest.Driver("d"), "absent"))
		if err == nil {
			made = pod.Labels["made-by"]
		}
		return err
	})
	if made != "absent" {
		t.Errorf("admitted unshaped: %q", made)
	}
}

// The request for a template is a name and nothing else: it is not put into
// YAML, a path or a log line as it is.
func TestWhatAPodAsksForIsOnlyAName(t *testing.T) {
	t.Parallel()
	namespace := server.Namespace(t)
	for _, asked := range []string{
		"../../secrets/x", "a/b", "{{APP_ID}}", "x\n---\nkind: Pod", "x\x1b[31m", "*", "a%2fb", "X", strings.Repeat("a", 300),
	} {
		_, err := server.TryCreate(t, namespace, swagetest.Asking(swagetest.Driver("d"), asked))
		denied(t, fmt.Sprintf("%q", asked), err, http.StatusUnprocessableEntity, podtemplate.DeniedMissingTemplate)
		if err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q: control characters reach the client: %q", asked, err)
		}
	}
}
