//go:build node

package sidebyside

import (
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/e2e/await"
)

// podGroups is the kind of Volcano, without its rules.
const podGroups = `{
  "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
  "metadata": {"name": "podgroups.scheduling.volcano.sh", "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
  "spec": {
    "group": "scheduling.volcano.sh", "scope": "Namespaced",
    "names": {"kind": "PodGroup", "listKind": "PodGroupList", "plural": "podgroups", "singular": "podgroup"},
    "versions": [{"name": "v1beta1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]
  }
}`

// installPodGroups makes the API server know the kind.
func installPodGroups(t *testing.T) {
	t.Helper()
	client := server.Client().CoreV1().RESTClient()
	err := client.Post().AbsPath("/apis/apiextensions.k8s.io/v1/customresourcedefinitions").Body([]byte(podGroups)).Do(t.Context()).Error()
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	await.Patience{Every: 50 * time.Millisecond, Timeout: time.Minute}.Until(t, "Volcano's kind", func() error {
		return client.Get().AbsPath("/apis/scheduling.volcano.sh/v1beta1/podgroups").Do(t.Context()).Error()
	})
}
