package podrules_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/podrules"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

func TestDefaultFillsInWhatTheAPIPromises(t *testing.T) {
	pod := defaulted(t, `{"metadata":{"name":"p"},"spec":{"unknown":1,"containers":[{"name":"c","image":"spark","ports":[{"containerPort":1}]}]}}`)
	container := pod.Spec.Containers[0]
	if pod.Spec.RestartPolicy != corev1.RestartPolicyAlways || pod.Spec.DNSPolicy != corev1.DNSClusterFirst ||
		*pod.Spec.TerminationGracePeriodSeconds != 30 || pod.Spec.SchedulerName != corev1.DefaultSchedulerName {
		t.Errorf("the pod's defaults are missing: %+v", pod.Spec)
	}
	if container.ImagePullPolicy != corev1.PullAlways || container.Ports[0].Protocol != corev1.ProtocolTCP {
		t.Errorf("the container's defaults are missing: %+v", container)
	}
}

func TestValidateRefusesWhatTheServerRefuses(t *testing.T) {
	rows := []struct{ rule, pod, want string }{
		{"a good pod", `{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c","image":"i"}]}}`, ""},
		{"a mount without its volume", `{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}`, "spec.containers[0].volumeMounts[0].name: Not found"},
		{"no container", `{"metadata":{"name":"p","namespace":"n"},"spec":{}}`, "spec.containers: Required value"},
	}
	for _, row := range rows {
		pod := defaulted(t, row.pod)
		refused, err := podrules.Validate(&pod)
		if err != nil {
			t.Fatal(err)
		}
		if got := refused.ToAggregate(); (got == nil) != (row.want == "") || got != nil && !strings.Contains(got.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.rule, got, row.want)
		}
	}
}

// The defaults must be those of the server this module builds: dry run, and
// every field it adds beyond them must be an admission plugin's.
func TestDefaultIsTheServersOwn(t *testing.T) {
	raw := `{"metadata":{"name":"p"},"spec":{"automountServiceAccountToken":false,"tolerations":[{"operator":"Exists"}],"containers":[{"name":"c","image":"spark:4","livenessProbe":{"exec":{"command":["true"]}}}]}}`
	want := defaulted(t, raw)
	var sent corev1.Pod
	if err := json.Unmarshal([]byte(raw), &sent); err != nil {
		t.Fatal(err)
	}
	got, err := server.Client().CoreV1().Pods(server.Namespace(t)).Create(t.Context(), &sent, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Fatal(err)
	}
	got.Spec.ServiceAccountName, got.Spec.DeprecatedServiceAccount = "", "" // ServiceAccount
	got.Spec.Priority, got.Spec.PreemptionPolicy = nil, nil                 // Priority
	if !equality.Semantic.DeepEqual(got.Spec, want.Spec) {
		t.Errorf("the server's pod\n%+v\ndiffers from\n%+v", got.Spec, want.Spec)
	}
}

func defaulted(t *testing.T, raw string) corev1.Pod {
	t.Helper()
	out, err := podrules.Default([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	var pod corev1.Pod
	if err := json.Unmarshal(out, &pod); err != nil {
		t.Fatal(err)
	}
	return pod
}
