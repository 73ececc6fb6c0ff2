package webhook_test

import (
	"net/http"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

// R29, R30: a server that has read no templates must never say "allowed, no
// change": that is a pod without its shape, and nobody would know. This one
// cannot reach the API server, so it stays in that state.
func TestAServerThatHasReadNothingAdmitsNothing(t *testing.T) {
	t.Parallel()
	blind := serveOwn(t, webhook.Options{Config: &rest.Config{Host: "https://127.0.0.1:1"}})
	client := trusting(t)
	server.Await(t, "an answer", func() error {
		_, err := http.NewRequestWithContext(t.Context(), http.MethodGet, blind.Status, nil)
		if err == nil {
			_, err = client.Get(blind.URL) //nolint:noctx,bodyclose // only whether it listens
		}
		return err
	})
	code, body := post(t, client, blind.URL+"/shape", "application/json", reviewOf(t, swagetest.Driver("d")))
	if code != http.StatusServiceUnavailable || strings.Contains(string(body), "AdmissionReview") {
		t.Errorf("got %d %s, want 503 and no review", code, body)
	}
	if !strings.Contains(string(body), podtemplate.NotReady.Sentence()) {
		t.Errorf("it does not say why: %s", body)
	}
	if code, body := fetch(t, blind.Status+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "[-] templates") {
		t.Errorf("readyz: %d %s", code, body)
	}
	if _, body := fetch(t, blind.Status+"/metrics"); !strings.Contains(body, `swage_admission_requests_total{role="none",verdict="not-ready"} 1`) {
		t.Error("it is not counted")
	}

	endpoint := webhooktest.Endpoint{URL: blind.URL, CABundle: server.CA().PEM()}
	strict, _ := register(t, endpoint, nil)
	if _, err := server.TryCreate(t, strict, swagetest.Driver("d")); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
		t.Errorf("under Fail: got %v", err)
	}
	lenient, _ := register(t, endpoint, ignoreFailures)
	made := server.Create(t, lenient, swagetest.Driver("d"))
	if !failedOpen(t, made.UID) {
		t.Error("under Ignore: the audit log does not say that the webhook failed")
	}
}

// A webhook that is dead for good under Ignore costs time and no pods, and the
// audit log tells which pods escaped. Timeouts of several add up: k8s#128162.
func TestBlackHolesUnderIgnoreCostNoPod(t *testing.T) {
	t.Parallel()
	hole := blackHole(t)
	namespace, _ := register(t, hole, func(c *admissionv1.MutatingWebhookConfiguration) {
		ignoreFailures(c)
		c.Webhooks[0].TimeoutSeconds = new(int32(1))
		second := *c.Webhooks[0].DeepCopy()
		second.Name = "second." + second.Name
		c.Webhooks = append(c.Webhooks, second)
	})
	made := server.Create(t, namespace, swagetest.Driver("d"))
	if !failedOpen(t, made.UID) {
		t.Error("the audit log does not say so")
	}
}

// The only webhook is gone, under Fail: Spark pods wait for it, all others do not.
func TestOnlySparkPodsWaitForAWebhookThatIsGone(t *testing.T) {
	t.Parallel()
	gone := startOwn(t, webhook.Options{}, nil)
	if err := gone.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := server.TryCreate(t, gone.namespace, swagetest.Driver("refused")); err == nil {
		t.Error("a Spark pod was admitted without the webhook")
	}
	other := swagetest.Driver("other")
	other.Labels = nil
	server.Create(t, gone.namespace, other)
}

func ignoreFailures(c *admissionv1.MutatingWebhookConfiguration) {
	for i := range c.Webhooks {
		c.Webhooks[i].FailurePolicy = new(admissionv1.Ignore)
	}
}
