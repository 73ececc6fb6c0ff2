package survey_test

import (
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor/survey"
)

// Nodes are read with what keeps pods away from them, however many there are: page by page.
func TestNodes(t *testing.T) {
	tainted := corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "one", Labels: map[string]string{"a": "b"}}}
	tainted.Spec.Taints = []corev1.Taint{{Key: "gpu", Effect: corev1.TaintEffectNoSchedule}}
	cordoned := corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "two"}, Spec: corev1.NodeSpec{Unschedulable: true}}
	w := world{"GET /version": map[string]string{"major": "1"}, "GET /api/v1/nodes": func(r *http.Request) any {
		if r.FormValue("continue") == "" {
			return map[string]any{"metadata": metav1.ListMeta{Continue: "more"}, "items": []corev1.Node{tainted}}
		}
		return items(cordoned)
	}}
	nodes := w.read(t, survey.Options{}).Nodes
	if nodes.Err != nil || len(nodes.Value) != 2 {
		t.Fatalf("got %+v", nodes)
	}
	one, two := nodes.Value[0], nodes.Value[1]
	if one.Metadata.Name != "one" || one.Metadata.Labels["a"] != "b" || one.Spec.Taints[0] != tainted.Spec.Taints[0] || !two.Spec.Unschedulable {
		t.Errorf("got %+v", nodes.Value)
	}
}
