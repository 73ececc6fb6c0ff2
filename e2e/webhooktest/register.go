package webhooktest

import (
	"context"
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/clustertest"
)

// Register tells the API server about a webhook and waits until the server
// calls it. When the test ends it takes the registration back and waits again:
// the next test must not meet this one's webhook.
//
// It needs the server's audit log, which says whether the webhook was called.
// Two tests that run at once need configurations of different names that select
// different pods.
func Register(t testing.TB, server *clustertest.Server, endpoint Endpoint, opts Options) {
	t.Helper()
	if server.Audit() == nil {
		t.Fatal("this server has no audit log (cluster.Options.NoAudit): nothing would tell whether it calls the webhook")
	}
	config := Configuration(endpoint, opts)
	probes := newProber(t, server, config.Name, opts)
	configs := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations()
	if _, err := configs.Create(t.Context(), config, metav1.CreateOptions{}); err != nil {
		t.Fatalf("register the webhook: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		err := configs.Delete(ctx, config.Name, metav1.DeleteOptions{})
		if err := errors.Join(err, probes.wait(ctx, false)); err != nil {
			t.Errorf("take back the registration %s: %v", config.Name, err)
		}
	})
	if err := probes.wait(t.Context(), true); err != nil {
		t.Fatalf("the API server does not call %s: %v", endpoint.URL, err)
	}
}

const (
	probeEvery = 5 * time.Millisecond
	// probeTimeout is far more than the API server needs to see a new
	// configuration, a second at worst; others use the machine.
	probeTimeout = 2 * time.Minute
)

// wait probes until the server does call the configuration, or does not.
func (p *prober) wait(ctx context.Context, called bool) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		now, err := p.called(ctx)
		if err != nil || now == called {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
