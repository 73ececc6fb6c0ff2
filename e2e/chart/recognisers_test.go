package chart_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"swage.dev/swage/e2e/await"
)

var errNotCalled = errors.New("nothing is called")

// patience is far more than the API server takes to see a registration.
var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: 2 * time.Minute}

// R35: a pod that several recognisers know, or that carries Spark's own label as
// well, is shaped by one entry: the first.
func TestRecognisersExcludeEachOther(t *testing.T) {
	register(t, "recognisers")
	namespace := server.Namespace(t)
	for _, row := range []struct {
		rule   string
		labels map[string]string
		called string
	}{
		{"nobody knows it", map[string]string{"app": "other"}, ""},
		{"known by a label", map[string]string{"kind": "notebook"}, "notebook.shape.swage.dev"},
		{"known by a list of values", map[string]string{"tier": "b"}, "tier.shape.swage.dev"},
		{"known by two", map[string]string{"kind": "notebook", "tier": "a"}, "notebook.shape.swage.dev"},
		{"known by all", map[string]string{"kind": "notebook", "tier": "a", "any": ""}, "notebook.shape.swage.dev"},
		{"known by the last two", map[string]string{"tier": "a", "any": "thing"}, "tier.shape.swage.dev"},
		{"an empty value is one", map[string]string{"any": ""}, "any.shape.swage.dev"},
		{"what the last one leaves out", map[string]string{"any": "", "not": "this"}, ""},
		{"Spark's own, though known", map[string]string{"kind": "notebook", "any": "", "spark-role": "driver"}, "shape.swage.dev"},
	} {
		if got := calledFor(t, namespace, row.labels); !slices.Equal(got, strings.Fields(row.called)) {
			t.Errorf("%s: %v are called, want %q", row.rule, got, row.called)
		}
	}
}

// register creates the registration that a set of values renders. No server is
// behind it: whether an entry is called is what the API server notes.
func register(t *testing.T, set string) {
	t.Helper()
	config := new(admissionv1.MutatingWebhookConfiguration)
	for _, object := range objects(t, render(t, helm(t), set)) {
		if object.GetKind() == "MutatingWebhookConfiguration" {
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, config); err != nil {
				t.Fatal(err)
			}
		}
	}
	configs := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations()
	if _, err := configs.Create(t.Context(), config, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := configs.Delete(context.WithoutCancel(t.Context()), config.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	probe := server.Namespace(t)
	patience.Until(t, "the registration", func() error {
		if calledFor(t, probe, map[string]string{"spark-role": "driver"}) == nil {
			return errNotCalled
		}
		return nil
	})
}

// calledFor are the entries that the API server calls for a pod with these labels.
func calledFor(t *testing.T, namespace string, labels map[string]string) (entries []string) {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "p-", Labels: labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}},
	}
	made, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	calls, err := server.Audit().CallsOf(t.Context(), made.UID)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range calls {
		entries = append(entries, call.Webhook)
	}
	return entries
}
