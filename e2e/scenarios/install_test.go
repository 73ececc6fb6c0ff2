//go:build node

package scenarios_test

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/manifests"
	"swage.dev/swage/e2e/webhooktest"
)

// R31, R38: whoever applies the manifests again, as GitOps does all day, takes
// neither the certificate nor the trust in it away.
func TestApplyingAgainTakesNothingAway(t *testing.T) {
	t.Parallel()
	secret, bundles := written(t)
	if len(secret.Data) == 0 || len(bundles[0]) == 0 || len(bundles[1]) == 0 {
		t.Fatalf("the server wrote %d keys and bundles of %d and %d bytes: this test could not fail", len(secret.Data), len(bundles[0]), len(bundles[1]))
	}
	if out, err := cluster.Kubectl(t.Context(), "apply", "-k", filepath.Join(cluster.Root, manifests.Dir)); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again, bundlesAgain := written(t)
	if !maps.EqualFunc(secret.Data, again.Data, bytes.Equal) {
		t.Errorf("the Secret had %v and has %v", slices.Sorted(maps.Keys(secret.Data)), slices.Sorted(maps.Keys(again.Data)))
	}
	for i, bundle := range bundles {
		if !bytes.Equal(bundle, bundlesAgain[i]) {
			t.Errorf("bundle %d had %d bytes and has %d", i+1, len(bundle), len(bundlesAgain[i]))
		}
	}
}

// written is what the server writes: its certificate, and the bundles of both
// its registrations.
func written(t *testing.T) (secret *corev1.Secret, bundles [2][]byte) {
	t.Helper()
	secret, err := cluster.Client().CoreV1().Secrets(webhooktest.SystemNamespace).Get(t.Context(), "swage-webhook-tls", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	registrations := cluster.Client().AdmissionregistrationV1()
	shapes, err := registrations.MutatingWebhookConfigurations().Get(t.Context(), webhooktest.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checks, err := registrations.ValidatingWebhookConfigurations().Get(t.Context(), webhooktest.TemplatesName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return secret, [2][]byte{shapes.Webhooks[0].ClientConfig.CABundle, checks.Webhooks[0].ClientConfig.CABundle}
}

// Two replicas serve, and neither had to be started again.
func TestTwoReplicasServe(t *testing.T) {
	t.Parallel()
	cluster.Await(t, "two replicas", func() error {
		pods, err := cluster.Client().CoreV1().Pods(webhooktest.SystemNamespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		ready := 0
		for _, pod := range pods.Items {
			for _, status := range pod.Status.ContainerStatuses {
				if status.RestartCount > 0 {
					t.Fatalf("%s was started %d times again", pod.Name, status.RestartCount)
				}
				if status.Ready {
					ready++
				}
			}
		}
		if ready != 2 { // one that was replaced serves on for its grace
			return fmt.Errorf("%d are ready", ready)
		}
		return nil
	})
}
