package submit_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// listed is what list -o json promises.
type listed struct {
	Name, ID, Driver, State, Reason string
	ExitCode                        *int
	Executors                       struct{ Pending, Running, Succeeded, Failed int }
}

func list(t *testing.T, namespace string) []listed {
	t.Helper()
	out, said, code := program(t, "list", "-n", namespace, "-o", "json")
	var apps []listed
	if err := json.Unmarshal([]byte(out), &apps); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s%s", code, err, out, said)
	}
	return apps
}

// Applications of any client are listed by Spark's labels; a submission that was cut off is Held.
func TestList(t *testing.T) {
	namespace := server.Namespace(t)
	running := driverOf(t, namespace, "running-driver", "spark-1", runs)
	executorOf(t, running, "running-exec-1", "1", runs)
	executorOf(t, running, "running-exec-2", "2", ended(137, "OOMKilled"))
	executorOf(t, running, "running-exec-3", "3", unschedulable)
	driverOf(t, namespace, "failed-driver", "spark-2", ended(3, "Error"))
	driverOf(t, namespace, "waiting-driver", "spark-3", unschedulable)
	held := podOf("driver", "held-driver", "spark-4")
	held.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "swage.dev/submit"}}
	stored(t, namespace, held, nil)
	stored(t, namespace, podOf("executor", "notebook-exec-1", "spark-5"), runs)

	apps := list(t, namespace)
	if len(apps) != 5 {
		t.Errorf("%d applications", len(apps))
	}
	for _, app := range apps {
		exit := "none"
		if app.ExitCode != nil {
			exit = fmt.Sprint(*app.ExitCode)
		}
		e := app.Executors
		got := fmt.Sprintf("%s %s, exit code %s, %d pending, %d running, %d failed", app.Driver, app.State, exit, e.Pending, e.Running, e.Failed)
		if want := listWant[app.ID]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if strings.Contains(app.Reason, "Insufficient cpu") != (app.ID == "spark-3") {
			t.Errorf("%s: the reason is %s", app.ID, app.Reason)
		}
	}
	wantTables(t, namespace)
}

var listWant = map[string]string{
	"spark-1": "running-driver Running, exit code none, 1 pending, 1 running, 1 failed",
	"spark-2": "failed-driver Failed, exit code 3, 0 pending, 0 running, 0 failed",
	"spark-3": "waiting-driver Pending, exit code none, 0 pending, 0 running, 0 failed",
	"spark-4": "held-driver Held, exit code none, 0 pending, 0 running, 0 failed",
	"spark-5": " Running, exit code none, 0 pending, 1 running, 0 failed", // a notebook's
}

func wantTables(t *testing.T, namespace string) {
	t.Helper()
	table, _, code := program(t, "list", "-n", namespace)
	if lines := strings.Split(strings.TrimSpace(table), "\n"); code != 0 || len(lines) != 6 || !strings.HasPrefix(lines[0], "NAME ") || !strings.Contains(table, "1/3") {
		t.Errorf("exit code %d\n%s", code, table)
	}
	if table, _, _ := program(t, "list", "-A", "-o", "wide"); !strings.Contains(table, namespace) || !strings.Contains(table, "spark-5") {
		t.Errorf("of all namespaces:\n%s", table)
	}
}

// A driver without a node has no log, which is said, and is no success.
func TestLogsOfADriverWithoutANode(t *testing.T) {
	namespace := server.Namespace(t)
	driverOf(t, namespace, "waiting-driver", "spark-1", unschedulable)
	if out, said, code := program(t, "logs", "waiting-driver", "-n", namespace); code != 1 || out != "" || !strings.Contains(said, "-f waits for it") {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
}

// An application is named by its driver's pod, its id, or its name when only one has it.
func TestStatus(t *testing.T) {
	namespace := server.Namespace(t)
	first := driverOf(t, namespace, "pi-1-driver", "spark-1", runs)
	executorOf(t, first, "pi-1-exec-1", "1", ended(137, "OOMKilled"))
	for _, word := range []string{"pi-1-driver", "spark-1", "pi", namespace + ":pi-1-driver"} {
		out, said, code := program(t, "status", "-n", namespace, word)
		if code != 0 || !strings.Contains(out, "pi-1-driver") || !strings.Contains(out, "Running") || !strings.Contains(out, "OOMKilled") {
			t.Errorf("%s: exit code %d\n%s%s", word, code, out, said)
		}
	}
	driverOf(t, namespace, "pi-2-driver", "spark-2", nil)
	if _, said, code := program(t, "status", "-n", namespace, "pi"); code != 1 || !strings.Contains(said, "pi-1-driver (Running), pi-2-driver (Pending)") {
		t.Errorf("a name that two have: exit code %d, %s", code, said)
	}
	if _, said, code := program(t, "status", "-n", namespace, "none"); code != 1 || !strings.Contains(said, "no such application") {
		t.Errorf("a name that none has: exit code %d, %s", code, said)
	}
}

func TestEvents(t *testing.T) {
	namespace := server.Namespace(t)
	driver := driverOf(t, namespace, "pi-driver", "spark-1", runs)
	executor := executorOf(t, driver, "pi-exec-1", "1", runs)
	other := driverOf(t, namespace, "other-driver", "spark-2", runs)
	lost := executor.DeepCopy()
	lost.Name, lost.UID = "pi-exec-0", "gone"
	for i, pod := range []*corev1.Pod{executor, driver, other, lost} {
		event := &corev1.Event{
			ObjectMeta:     metav1.ObjectMeta{GenerateName: "e-"},
			InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: namespace, Name: pod.Name, UID: pod.UID},
			Reason:         "Tested", Message: "about " + pod.Name, Type: corev1.EventTypeWarning,
			LastTimestamp: metav1.Unix(int64(1000-i), 0),
		}
		if _, err := server.Client().CoreV1().Events(namespace).Create(t.Context(), event, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	out, said, code := program(t, "events", "-n", namespace, "pi-driver", "-o", "json")
	var events []struct{ Pod string }
	if err := json.Unmarshal([]byte(out), &events); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s", code, err, said)
	}
	var pods []string
	for _, event := range events {
		pods = append(pods, event.Pod)
	}
	if want := []string{"pi-exec-0", "pi-driver", "pi-exec-1"}; !slices.Equal(pods, want) {
		t.Errorf("by time, of its own pods, also of one that is gone: got %q", pods)
	}
	if table, _, _ := program(t, "events", "-n", namespace, "pi-driver"); !strings.Contains(table, "about pi-driver") || strings.Contains(table, "other") {
		t.Errorf("got %s", table)
	}
}

// kill says what goes, and the driver goes last: the garbage collector, which is not here, removes what it owns before it.
func TestKill(t *testing.T) {
	namespace := server.Namespace(t)
	submitted, code := swage(t, append([]string{"-n", namespace, "--no-wait", "--name", "pi"}, pi...)...)
	if code != 0 {
		t.Fatal(submitted)
	}
	driver := list(t, namespace)[0].Driver
	out, said, code := program(t, "kill", "-n", namespace, driver, "--grace-period", "7")
	if code != 0 || !strings.HasPrefix(out, "pod/"+driver+" deleted\n") || !strings.Contains(out, "service/") || !strings.Contains(out, "configmap/") {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
	left, err := server.Client().CoreV1().Pods(namespace).Get(t.Context(), driver, metav1.GetOptions{})
	if err == nil && (left.DeletionTimestamp == nil || !slices.Contains(left.Finalizers, metav1.FinalizerDeleteDependents)) {
		t.Errorf("the driver's deletion is %v, its finalizers %q", left.DeletionTimestamp, left.Finalizers)
	}
}

// S17: wait ends as an application ended that somebody else started.
func TestS17WaitForAnybodysApplication(t *testing.T) {
	namespace := server.Namespace(t)
	driverOf(t, namespace, "pi-driver", "spark-1", ended(9, "Error"))
	if _, said, code := program(t, "wait", "-n", namespace, "pi-driver"); code != 9 || !strings.Contains(said, "exit code: 9\n") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	driverOf(t, namespace, "runs-driver", "spark-2", runs)
	if _, said, code := program(t, "wait", "-n", namespace, "runs-driver", "--timeout", "100ms"); code != 1 || !strings.Contains(said, "--timeout") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// Without an installation a pod is stopped at the first link.
func TestWhyNotWithoutARegistration(t *testing.T) {
	namespace := server.Namespace(t)
	driverOf(t, namespace, "pi-driver", "spark-1", runs)
	out, said, code := program(t, "why-not", "-n", namespace, "pod/pi-driver")
	if code != 0 || !strings.Contains(out, "stopped at registration") || !strings.Contains(out, "no MutatingWebhookConfiguration calls Swage, of 0") {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
	if _, said, code := program(t, "why-not", "-n", namespace, "none"); code != 1 || !strings.Contains(said, `no pod "none" in namespace `+namespace) {
		t.Errorf("exit code %d\n%s", code, said)
	}
}
