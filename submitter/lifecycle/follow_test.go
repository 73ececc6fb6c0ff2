package lifecycle_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

// labelled is a pod of the application spark-1 as JSON.
func labelled(name, role, phase string) string {
	return fmt.Sprintf(`{"metadata":{"name":%[1]q,"namespace":"n","uid":"u-%[1]s","labels":{"spark-app-selector":"spark-1","spark-role":%q}},"status":{"phase":%q}}`, name, role, phase)
}

func podList(pods ...string) string {
	return "GET: " + `{"metadata":{"resourceVersion":"7"},"items":[` + strings.Join(pods, ",") + `]}`
}

func podEvent(kind, pod string) string { return `{"type":"` + kind + `","object":` + pod + `}` }

// follow waits for the driver d of spark-1, and returns what was seen on the way, one state an element: "d=Running e1=Pending".
func follow(t *testing.T, steps ...string) (seen []string, outcome *lifecycle.Outcome, err error) {
	t.Helper()
	driver := waitedDriver()
	driver.UID, driver.Labels = "u-d", map[string]string{"spark-app-selector": "spark-1"}
	s := &script{t: t, steps: steps}
	outcome, err = lifecycle.Wait(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), driver, lifecycle.WaitOptions{
		Changed: func(pods lifecycle.Pods) {
			state := "d=" + string(pods.Driver.Status.Phase)
			for _, e := range pods.Executors {
				state += " " + e.Name + "=" + string(e.Status.Phase)
			}
			seen = append(seen, state)
		},
	})
	if len(s.steps) != 0 {
		t.Errorf("%d steps are left: %q", len(s.steps), s.steps)
	}
	return seen, outcome, err
}

// One list and watch shows the whole application, and after a break what there is then: executors that went meanwhile are gone.
func TestWaitSeesTheWholeApplication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen, outcome, err := follow(t,
			podList(labelled("d", "driver", "Pending")),
			"WATCH: "+podEvent("MODIFIED", labelled("d", "driver", "Running"))+podEvent("ADDED", labelled("e2", "executor", "Pending"))+
				podEvent("ADDED", labelled("e1", "executor", "Pending"))+podEvent("DELETED", labelled("e2", "executor", "Failed")),
			podList(labelled("d", "driver", "Running"), labelled("e3", "executor", "Running")),
			"WATCH: "+podEvent("MODIFIED", labelled("d", "driver", "Succeeded")),
		)
		want := []string{
			"d=Pending", "d=Running", "d=Running e2=Pending", "d=Running e1=Pending e2=Pending", "d=Running e1=Pending",
			"d=Running e3=Running", "d=Succeeded e3=Running",
		}
		if err != nil || outcome.ExitCode != 0 || !slices.Equal(seen, want) {
			t.Errorf("got %q, %+v, %v", seen, outcome, err)
		}
	})
}

// Who may get and watch a pod, but not list, waits as well: without executors.
func TestWaitNeedsNoRightToList(t *testing.T) {
	seen, outcome, err := follow(t, "GET 403: Forbidden", "GET: "+labelled("d", "driver", "Running"), "WATCH: "+podEvent("DELETED", labelled("d", "driver", "Running")))
	if err != nil || outcome.ExitCode != lifecycle.NoExitCode || !slices.Equal(seen, []string{"d=Running"}) {
		t.Errorf("got %q, %+v, %v", seen, outcome, err)
	}
}

// A server that has just started refuses what it allows a moment later; one that goes on refusing is believed.
func TestWaitSurvivesRefusalsOfAServerThatStarts(t *testing.T) {
	running := podList(labelled("d", "driver", "Running"))
	synctest.Test(t, func(t *testing.T) {
		steps := append([]string{running, "WATCH: "}, slices.Repeat([]string{"GET 403: Forbidden"}, 4)...)
		if _, outcome, err := follow(t, append(steps, podList(labelled("d", "driver", "Succeeded")))...); err != nil || outcome.ExitCode != 0 {
			t.Errorf("got %+v, %v", outcome, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		steps := append([]string{running, "WATCH: "}, slices.Repeat([]string{"GET 403: Forbidden"}, 5)...)
		if _, _, err := follow(t, steps...); !apierrors.IsForbidden(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSparkContainer(t *testing.T) {
	driver := map[string]string{"spark-role": "driver"}
	for _, row := range []struct {
		rule        string
		labels      map[string]string
		annotations map[string]string
		containers  []corev1.Container
		want        string
	}{
		{"R12 args that begin with the role", driver, nil, []corev1.Container{{Name: "spark-kubernetes-driver"}, {Name: "a", Args: []string{"driver"}}}, "a"},
		{"R12 Spark's variables", driver, nil, []corev1.Container{{Name: "x"}, {Name: "a", Env: []corev1.EnvVar{{Name: "SPARK_DRIVER_BIND_ADDRESS"}}}}, "a"},
		{"R12 the name that Spark gives", driver, nil, []corev1.Container{{Name: "istio-proxy"}, {Name: "spark-kubernetes-driver"}}, "spark-kubernetes-driver"},
		{"R12 kubectl's annotation", driver, map[string]string{"kubectl.kubernetes.io/default-container": "b"}, []corev1.Container{{Name: "a"}, {Name: "b"}}, "b"},
		{"R12 the only one", nil, nil, []corev1.Container{{Name: "a"}}, "a"},
		{"R12 never the first of several", driver, nil, []corev1.Container{{Name: "a"}, {Name: "b"}}, ""},
	} {
		pod := &corev1.Pod{Spec: corev1.PodSpec{Containers: row.containers}}
		pod.Labels, pod.Annotations = row.labels, row.annotations
		if got := submitter.SparkContainer(pod); got != row.want {
			t.Errorf("%s: got %q", row.rule, got)
		}
	}
}
