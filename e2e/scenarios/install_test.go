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
	secret, bundle := written(t)
	if len(secret.Data) == 0 || len(bundle) == 0 {
		t.Fatalf("the server wrote %d keys and a bundle of %d bytes: this test could not fail", len(secret.Data), len(bundle))
	}
	if out, err := cluster.Kubectl(t.Context(), "apply", "-k", filepath.Join(cluster.Root, manifests.Dir)); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again, bundleAgain := written(t)
	if !maps.EqualFunc(secret.Data, again.Data, bytes.Equal) {
		t.Errorf("the Secret had %v and has %v", slices.Sorted(maps.Keys(secret.Data)), slices.Sorted(maps.Keys(again.Data)))
	}
	if !bytes.Equal(bundle, bundleAgain) {
		t.Errorf("the bundle had %d bytes and has %d", len(bundle), len(bundleAgain))
	}
}

// written is what the server writes: its certificate, and the bundle.
func written(t *testing.T) (*corev1.Secret, []byte) {
	t.Helper()
	secret, err := cluster.Client().CoreV1().Secrets(webhooktest.SystemNamespace).Get(t.Context(), "swage-webhook-tls", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	config, err := cluster.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
		Get(t.Context(), webhooktest.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return secret, config.Webhooks[0].ClientConfig.CABundle
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
