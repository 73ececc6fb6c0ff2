//go:build node

package sidebyside

import (
	"encoding/json"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// kinds are those that either program creates.
func kinds() []struct{ kind, root, resource string } {
	return []struct{ kind, root, resource string }{
		{"Pod", "/api/v1", "pods"},
		{"Service", "/api/v1", "services"},
		{"ConfigMap", "/api/v1", "configmaps"},
		{"Secret", "/api/v1", "secrets"},
		{"PersistentVolumeClaim", "/api/v1", "persistentvolumeclaims"},
		{"NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies"},
		{"PodGroup", "/apis/scheduling.volcano.sh/v1beta1", "podgroups"},
	}
}

// prepare makes a namespace with what cases refer to.
func prepare(t *testing.T, namespace string) {
	t.Helper()
	server.EnsureNamespace(t, namespace)
	for _, name := range []string{"spark", "template-account", "conf-account"} {
		account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := server.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			t.Fatal(err)
		}
	}
	class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}
	_, err := server.Client().SchedulingV1().PriorityClasses().Create(t.Context(), class, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// stored is what a namespace holds, as the API server has it.
func stored(t *testing.T, namespace string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, k := range kinds() {
		text, err := server.Client().CoreV1().RESTClient().Get().AbsPath(k.root, "namespaces", namespace, k.resource).DoRaw(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Items []map[string]any }
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		for _, object := range list.Items {
			object["kind"] = k.kind
			all = append(all, object)
		}
	}
	return all
}

// remove empties a namespace for the other program: names may be fixed.
func remove(t *testing.T, namespace string) {
	t.Helper()
	client := server.Client().CoreV1().RESTClient()
	now := &metav1.DeleteOptions{GracePeriodSeconds: new(int64)}
	for _, k := range kinds() {
		for _, object := range stored(t, namespace) {
			if object["kind"] != k.kind {
				continue
			}
			path := []string{k.root, "namespaces", namespace, k.resource, nameOf(object)}
			// Nobody is there to see that a claim is not in use any more.
			if err := client.Patch(types.MergePatchType).AbsPath(path...).Body([]byte(`{"metadata":{"finalizers":null}}`)).Do(t.Context()).Error(); err != nil {
				t.Fatal(err)
			}
			if err := client.Delete().AbsPath(path...).Body(now).Do(t.Context()).Error(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if left := stored(t, namespace); len(left) != 0 {
		t.Fatalf("%d objects are left", len(left))
	}
}

func metadataOf(object map[string]any) map[string]any { return object["metadata"].(map[string]any) }

func nameOf(object map[string]any) string { return fmt.Sprint(metadataOf(object)["name"]) }
