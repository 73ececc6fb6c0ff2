package lifecycle_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/lifecycle"
)

func listOf(pods ...*corev1.Pod) string {
	list := corev1.PodList{}
	for _, pod := range pods {
		list.Items = append(list.Items, *pod)
	}
	text, _ := json.Marshal(list)
	return string(text)
}

// A word is a driver's pod before it is an id, and an id before it is a name; a name that several have names none.
func TestFind(t *testing.T) {
	one, two, third := sparkPod("driver", "pi-1-driver"), sparkPod("driver", "pi-2-driver"), sparkPod("driver", "spark-1")
	two.UID, two.Labels["spark-app-selector"] = "u2", "spark-2"
	third.UID, third.Labels["spark-app-selector"], third.Labels["spark-app-name"] = "u3", "spark-3", "my-job"
	a := &answers{fixed: map[string]string{
		"GET pods?labelSelector=spark-role%3Ddriver":               listOf(one, two, third),
		"GET pods?labelSelector=spark-role%3Dexecutor":             listOf(),
		"GET pods?labelSelector=spark-app-selector%3Dspark-nb":     listOf(sparkPod("executor", "nb-exec-1")),
		"GET pods?labelSelector=spark-app-selector%3Dspark-nobody": listOf(),
	}}
	for _, row := range []struct{ word, driver string }{
		{"pi-2-driver", "pi-2-driver"}, {"n:pi-2-driver", "pi-2-driver"}, {"spark-2", "pi-2-driver"}, {"spark-1", "spark-1"}, {"my-job", "spark-1"}, {"My Job", "spark-1"},
	} {
		if app, err := lifecycle.Find(t.Context(), a.server(), "n", row.word); err != nil || app.Driver.Name != row.driver {
			t.Errorf("%s: got %+v, %v", row.word, app, err)
		}
	}
	if app, err := lifecycle.Find(t.Context(), a.server(), "n", "spark-nb"); err != nil || app.Driver != nil || len(app.Executors) != 1 {
		t.Errorf("executors of a notebook: got %+v, %v", app, err)
	}
	if _, err := lifecycle.Find(t.Context(), a.server(), "n", "pi"); !errors.Is(err, lifecycle.ErrAmbiguous) || !strings.Contains(err.Error(), "pi-1-driver") {
		t.Errorf("got %v", err)
	}
	for _, word := range []string{"spark-nobody", "no such/thing"} {
		if _, err := lifecycle.Find(t.Context(), a.server(), "n", word); !errors.Is(err, lifecycle.ErrNoApplication) {
			t.Errorf("%s: got %v", word, err)
		}
	}
	if _, err := lifecycle.Find(t.Context(), a.server(), "n", ""); !errors.Is(err, submitter.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

// A word that can name nothing is refused, and nobody is asked: without a namespace all of them would be.
func TestWordsThatNameNoApplication(t *testing.T) {
	for word, says := range map[string]string{
		"":      "no empty name",
		"n:":    "no empty name",
		":x":    `:x: "" is no namespace: expected NAMESPACE:POD`,
		"x/y:z": `x/y:z: "x/y" is no namespace`,
		"N:z":   `"N" is no namespace`,
		"..:z":  `".." is no namespace`,
	} {
		s := &script{t: t}
		if _, err := lifecycle.Find(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), "n", word); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", word, err)
		}
	}
}

// Who may get pods, but not list them, names an application by its driver's pod.
func TestFindNeedsNoRightToList(t *testing.T) {
	s := &script{t: t, steps: []string{"GET 403: Forbidden", "GET: " + labelled("d", "driver", "Running")}}
	app, err := lifecycle.Find(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), "n", "d")
	if err != nil || app.Driver.Name != "d" {
		t.Errorf("got %+v, %v", app, err)
	}
	s.steps = []string{"GET 403: Forbidden", "GET 404: NotFound"}
	if _, err := lifecycle.Find(t.Context(), apiserver.New("http://h", &http.Client{Transport: s}), "n", "d"); !apierrors.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}

func TestState(t *testing.T) {
	held := sparkPod("driver", "d")
	held.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: lifecycle.Gate}}
	queued := inPhase(sparkPod("driver", "d"), "Pending", notScheduled(corev1.PodReasonSchedulingGated, ""))
	queued.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "kueue.x-k8s.io/admission"}}
	leaving := inPhase(sparkPod("driver", "d"), "Running", nil)
	leaving.DeletionTimestamp = new(metav1.Now())
	alone := inPhase(sparkPod("driver", "d"), "Running", nil)
	alone.Annotations = map[string]string{submitter.ExecutorsAnnotation: "3", "swage.dev/executors-made": "3"}
	for _, row := range []struct {
		rule   string
		driver *corev1.Pod
		name   string
		reason string // a part
	}{
		{"S5 a submission that was cut off", held, "Held", "swage kill"},
		{"somebody else's gate", queued, "Pending", "kueue.x-k8s.io/admission"},
		{"being deleted", leaving, "Terminating", ""},
		{"S5 executors by the submitter, and nobody made them", alone, "Running", "0 of 3 executors"},
		{"it runs", inPhase(sparkPod("driver", "d"), "Running", nil), "Running", ""},
		{"it ended well", inPhase(sparkPod("driver", "d"), "Succeeded", nil), "Succeeded", ""},
		{"it was taken away", inPhase(sparkPod("driver", "d"), "Failed", func(s *corev1.PodStatus) { s.Reason = "Evicted" }), "Failed", "Evicted"},
	} {
		got := (&lifecycle.Pods{Driver: row.driver}).State()
		if got.Name != row.name || (row.reason == "") != (got.Reason == "") || !strings.Contains(got.Reason, row.reason) {
			t.Errorf("%s: got %+v", row.rule, got)
		}
	}
}
