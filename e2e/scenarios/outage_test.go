//go:build node

package scenarios_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

// No server is there: under Fail spark-submit says why nothing starts; under
// Ignore the job runs without its templates, and the API server counts it. This
// test runs alone: all others need the server.
func TestTheServerIsDown(t *testing.T) {
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": mark("SHAPED", "yes")})
	scale(t, 0)
	defer scale(t, 2) // not by Cleanup: the test's context has ended by then
	job := nodetest.Job{Namespace: namespace, Script: `
tell("driver", os.environ.get("SHAPED"))
tell("executors", on_executors(sc, 1, lambda: os.environ.get("SHAPED")))
`}

	said, err := cluster.TrySubmit(t, job)
	if err == nil {
		t.Errorf("spark-submit ended well under Fail:\n%s", said)
	}
	if !strings.Contains(said, `failed calling webhook "`+webhooktest.WebhookName+`"`) {
		t.Errorf("spark-submit does not say why:\n%s", said)
	}

	failurePolicy(t, admissionv1.Ignore)
	defer failurePolicy(t, admissionv1.Fail)
	before := failedOpen(t)
	run := cluster.Submit(t, job)
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "driver", nil)
	told.Want(t, "executors", map[string]any{"1": nil})
	if after := failedOpen(t); after < before+2 { // the driver and its executor
		t.Errorf("the API server counts %v pods that passed without an answer, before it were %v", after, before)
	}
}

// scale sets the number of replicas and waits until that many serve.
func scale(t *testing.T, replicas int) {
	t.Helper()
	out, err := cluster.Kubectl(t.Context(), "--namespace="+webhooktest.SystemNamespace, "scale", "deployment/swage-webhook", fmt.Sprintf("--replicas=%d", replicas))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cluster.Await(t, fmt.Sprintf("%d endpoints", replicas), func() error {
		slices, err := cluster.Client().DiscoveryV1().EndpointSlices(webhooktest.SystemNamespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		serving := 0
		for _, slice := range slices.Items {
			for _, endpoint := range slice.Endpoints {
				if endpoint.Conditions.Serving == nil || *endpoint.Conditions.Serving {
					serving++
				}
			}
		}
		if serving != replicas {
			return fmt.Errorf("there are %d", serving)
		}
		return answers(t, replicas > 0)
	})
}

// answers asks whether the API server reaches a server.
func answers(t *testing.T, want bool) error {
	t.Helper()
	err := dryRun(t)
	if (err == nil) != want {
		return fmt.Errorf("a Spark pod gets %w", errors.Join(errors.New("another answer"), err))
	}
	return nil
}

func dryRun(t *testing.T) error {
	t.Helper()
	probe := swagetest.Driver("")
	probe.GenerateName = "probe-"
	probe.Spec.Containers[0].Image = nodes.PauseImage
	_, err := cluster.Client().CoreV1().Pods(metav1.NamespaceDefault).Create(t.Context(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// failurePolicy sets it, and waits until the API server goes by it.
func failurePolicy(t *testing.T, policy admissionv1.FailurePolicyType) {
	t.Helper()
	patch := fmt.Sprintf(`[{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": %q}]`, policy)
	_, err := cluster.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
		Patch(t.Context(), webhooktest.ConfigurationName, types.JSONPatchType, []byte(patch), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "failurePolicy "+string(policy), func() error { return answers(t, policy == admissionv1.Ignore) })
}

// failedOpen is the API server's own count of calls that failed and were let pass.
func failedOpen(t *testing.T) (count float64) {
	t.Helper()
	text, err := cluster.Client().Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "} ")
		if strings.HasPrefix(name, "apiserver_admission_webhook_fail_open_count{") && strings.Contains(name, webhooktest.WebhookName) {
			if _, err := fmt.Sscan(value, &count); err != nil {
				t.Fatal(err)
			}
		}
	}
	return count
}
