package shapehere

import (
	"cmp"
	"errors"
	"os/exec"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

// namespace makes that of a submission, with its templates.
func (s submission) namespace(t *testing.T) string {
	t.Helper()
	namespace := server.NamespaceWith(t, s.labels)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "spark"}, ImagePullSecrets: []corev1.LocalObjectReference{{Name: "registry"}}}
	if _, err := server.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if s.prepare == "limits" {
		limits := &corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Name: "l"}, Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer, Default: corev1.ResourceList{"cpu": resource.MustParse("4")},
			DefaultRequest: corev1.ResourceList{"cpu": resource.MustParse("100m"), "ephemeral-storage": resource.MustParse("1Gi")},
		}}}}
		if _, err := server.Client().CoreV1().LimitRanges(namespace).Create(t.Context(), limits, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, template := range s.templates {
		template.create(t, namespace)
	}
	return namespace
}

func (s template) create(t *testing.T, namespace string) {
	t.Helper()
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: s.name, Labels: map[string]string{podtemplate.TemplateLabel: string(s.mode)}, Annotations: s.annotations},
		Data:       s.data,
	}
	if class := s.annotations["class"]; class != "" {
		cm.Labels["swage.dev/class"] = class
	}
	if _, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), cm, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// world makes what is the whole cluster's, the system's templates too.
func world(t *testing.T) {
	t.Helper()
	server.EnsureNamespace(t, podtemplate.DefaultSystemNamespace)
	for _, template := range systemTemplates() {
		template.create(t, podtemplate.DefaultSystemNamespace)
	}
	class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}
	_, err1 := server.Client().SchedulingV1().PriorityClasses().Create(t.Context(), class, metav1.CreateOptions{})
	vm := &nodev1.RuntimeClass{
		ObjectMeta: metav1.ObjectMeta{Name: "vm"}, Handler: "vm",
		Overhead:   &nodev1.Overhead{PodFixed: corev1.ResourceList{"memory": resource.MustParse("100Mi")}},
		Scheduling: &nodev1.Scheduling{NodeSelector: map[string]string{"vm": "yes"}, Tolerations: []corev1.Toleration{{Key: "vm", Operator: corev1.TolerationOpExists}}},
	}
	_, err2 := server.Client().NodeV1().RuntimeClasses().Create(t.Context(), vm, metav1.CreateOptions{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
}

// withWebhook runs swage-webhook while pass runs. Templates that exist are known
// to it when it is ready.
func withWebhook(t *testing.T, pass func()) {
	t.Helper()
	path, err := product.Program(t.Context(), product.Webhook)
	if err != nil {
		t.Fatal(err)
	}
	webhook, err := swagewebhook.Start(t.Context(), swagewebhook.Options{Cluster: server.Cluster, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	pass()
	if err := webhook.Remove(t.Context(), server.Client()); err != nil {
		t.Fatal(err)
	}
}

// swage runs the real program, and returns what it says and how it exits.
func swage(t *testing.T, program string, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{"submit", "--kubeconfig", server.Kubeconfig(), "--no-wait"}, args...)...)
	cmd.Env = []string{"SPARK_USER=alice"}
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// takePods are the namespace's pods, the driver first. They are deleted.
func takePods(t *testing.T, namespace string) []corev1.Pod {
	t.Helper()
	pods := server.Client().CoreV1().Pods(namespace)
	list, err := pods.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list.Items, func(a, b corev1.Pod) int { return cmp.Compare(a.Labels["spark-exec-id"], b.Labels["spark-exec-id"]) })
	for i := range list.Items {
		err := pods.Delete(t.Context(), list.Items[i].Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
	return list.Items
}
