package nodetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// awaitReach waits until each replica of the server has a template. Each is asked
// itself: an API server keeps its connections, so that dry runs may all ask the
// same one, and the job's pods another.
func (c *Cluster) awaitReach(t testing.TB, namespace, ref string) {
	t.Helper()
	review := reviewOfDriver(t, namespace)
	c.Await(t, "the template "+ref, func() error {
		servers, err := c.Client().CoreV1().Pods(podtemplate.DefaultSystemNamespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=webhook"})
		if err != nil {
			return err
		}
		asked := 0
		for i := range servers.Items {
			if !ready(&servers.Items[i]) {
				continue
			}
			asked++
			if err := c.reaches(t, &servers.Items[i], review, ref); err != nil {
				return err
			}
		}
		if asked == 0 {
			return errors.New("no replica is ready")
		}
		return nil
	})
}

func ready(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// reaches asks one replica, through the API server, about a pod of nobody's.
func (c *Cluster) reaches(t testing.TB, server *corev1.Pod, review []byte, ref string) error {
	t.Helper()
	const httpsPort = "9443"
	answer, err := c.Client().CoreV1().RESTClient().Post().Namespace(server.Namespace).Resource("pods").SubResource("proxy").
		Name("https:"+server.Name+":"+httpsPort).Suffix("shape").SetHeader("Content-Type", "application/json").Body(review).DoRaw(t.Context())
	if err != nil {
		return fmt.Errorf("%s: %w", server.Name, err)
	}
	var answered admissionv1.AdmissionReview
	if err := json.Unmarshal(answer, &answered); err != nil || answered.Response == nil {
		return fmt.Errorf("%s answers %s (%w)", server.Name, answer, err)
	}
	if patch := string(answered.Response.Patch); !strings.Contains(patch, ref) {
		return fmt.Errorf("%s answers with the patch %s", server.Name, patch)
	}
	return nil
}

// reviewOfDriver is what an API server sends about a new driver.
func reviewOfDriver(t testing.TB, namespace string) []byte {
	t.Helper()
	probe := swagetest.Driver("probe")
	probe.Namespace = namespace
	object, err := json.Marshal(probe)
	if err != nil {
		t.Fatal(err)
	}
	review, err := json.Marshal(&admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "probe", Operation: admissionv1.Create, Namespace: namespace, Name: probe.Name, DryRun: new(true), Object: runtime.RawExtension{Raw: object},
			Kind: metav1.GroupVersionKind{Version: "v1", Kind: "Pod"}, Resource: metav1.GroupVersionResource{Version: "v1", Resource: "pods"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return review
}
