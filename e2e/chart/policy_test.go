package chart_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

var errNotChecked = errors.New("no policy is asked")

// The policy looks at the pod as it is admitted, also where no server ever saw
// it, and believes no annotation; it is about all pods that templates reach.
func TestPoliciesHoldWithoutTheServer(t *testing.T) {
	namespace := server.Namespace(t)
	enact(t, namespace, "notebooks")
	for _, row := range []struct {
		rule                string
		labels, annotations map[string]string
		hostNetwork         bool
		refused             bool
	}{
		{"Spark's own that breaks the rule", map[string]string{"spark-role": "executor"}, nil, true, true},
		{"a forged annotation is not believed", map[string]string{"spark-role": "driver"}, map[string]string{"swage.dev/shaped": `{"v":1}`}, true, true},
		{"nor is an opt-out heard", map[string]string{"spark-role": "driver"}, map[string]string{"swage.dev/shape": "false"}, true, true},
		{"Spark's own that keeps it", map[string]string{"spark-role": "driver"}, nil, false, false},
		{"what only a recogniser knows", map[string]string{"interpreterSettingName": "spark"}, nil, true, true},
		{"nobody's pod", map[string]string{"app": "other"}, nil, true, false},
	} {
		err := admitted(t, namespace, row.labels, row.annotations, row.hostNetwork)
		if (err != nil) != row.refused || err != nil && !strings.Contains(err.Error(), "no-host-network") {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

// enact creates the policy that a set of values renders.
func enact(t *testing.T, namespace, set string) {
	t.Helper()
	policy, binding := new(admissionv1.ValidatingAdmissionPolicy), new(admissionv1.ValidatingAdmissionPolicyBinding)
	for _, object := range objects(t, render(t, helm(t), set)) {
		var into any
		switch object.GetKind() {
		case "ValidatingAdmissionPolicy":
			into = policy
		case "ValidatingAdmissionPolicyBinding":
			into = binding
		default:
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into); err != nil {
			t.Fatal(err)
		}
	}
	api := server.Client().AdmissionregistrationV1()
	if _, err := api.ValidatingAdmissionPolicies().Create(t.Context(), policy, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.ValidatingAdmissionPolicyBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := errors.Join(api.ValidatingAdmissionPolicyBindings().Delete(ctx, binding.Name, metav1.DeleteOptions{}),
			api.ValidatingAdmissionPolicies().Delete(ctx, policy.Name, metav1.DeleteOptions{})); err != nil {
			t.Error(err)
		}
	})
	patience.Until(t, "the policy", func() error {
		if admitted(t, namespace, map[string]string{"spark-role": "driver"}, nil, true) == nil {
			return errNotChecked
		}
		return nil
	})
}

// admitted says why the API server refuses a pod.
func admitted(t *testing.T, namespace string, labels, annotations map[string]string, hostNetwork bool) error {
	t.Helper()
	_, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "p", Labels: labels, Annotations: annotations},
		Spec:       corev1.PodSpec{HostNetwork: hostNetwork, Containers: []corev1.Container{{Name: "c", Image: "i"}}},
	}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}
