package doctor_test

import (
	"context"
	"errors"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/swagetest"
)

// What the API server counts: pods that it refused because nobody answered and,
// under Ignore, those that it let pass. While nobody answers, called says so.
func counters(t *testing.T) {
	nobody := func(t *testing.T) {
		endpoints(func(s *discoveryv1.EndpointSlice) { s.Ports[0].Port = new(int32(1)) })(t)
		// API servers keep connections, unless the registration changes.
		shaping(func(e *admissionv1.MutatingWebhook) {
			e.ClientConfig.CABundle = append(e.ClientConfig.CABundle, stranger(t)...)
		})(t)
	}
	unanswered := harm{"nobody answers", "called", "failed", "cannot call the server: |connection refused", nobody, nil}
	t.Run(unanswered.rule, unanswered.test)
	refused := harm{"it was refused", "refusals", "warning", "because it could not call the server", func(*testing.T) {}, nil}
	t.Run(refused.rule, refused.test)
	results, _ := examined(t, server.Kubeconfig())
	if worst(results, "failed-open") != "ok" {
		t.Error("a pod that was refused counts as passed")
	}
	passed := harm{"it passed", "failed-open", "warning", "passed without an answer", func(t *testing.T) {
		t.Run("under Ignore", func(t *testing.T) {
			shaping(func(e *admissionv1.MutatingWebhook) { e.FailurePolicy = new(admissionv1.Ignore) })(t)
			nobody(t)
			patience.Until(t, "a pod that passes", func() error {
				made, err := server.Client().CoreV1().Pods(jobs).Create(context.WithoutCancel(t.Context()), swagetest.Driver("passes"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
				if err == nil && made.Labels["shaped"] != "" {
					err = errors.New("the server has answered")
				}
				return err
			})
		})
	}, nil}
	t.Run(passed.rule, passed.test)
}
