package nodetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Pod is the driver's pod as it is now.
func (r *Run) Pod(t testing.TB) *corev1.Pod {
	t.Helper()
	pod, err := r.cluster.Client().CoreV1().Pods(r.job.Namespace).Get(t.Context(), r.Driver, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// Executors are the application's executor pods that exist now.
func (r *Run) Executors(t testing.TB) []corev1.Pod {
	t.Helper()
	list, err := r.cluster.Client().CoreV1().Pods(r.job.Namespace).List(t.Context(), metav1.ListOptions{
		LabelSelector: "spark-role=executor,spark-app-selector=" + r.Pod(t).Labels["spark-app-selector"],
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

var errNotDone = errors.New("not done")

// Succeeds waits for the driver's end, which must be a good one.
func (r *Run) Succeeds(t testing.TB) {
	t.Helper()
	r.cluster.Await(t, "the driver's end", func() error {
		pod, err := r.cluster.Client().CoreV1().Pods(r.job.Namespace).Get(t.Context(), r.Driver, metav1.GetOptions{})
		if err != nil {
			return err
		}
		switch pod.Status.Phase {
		case corev1.PodSucceeded:
			return nil
		case corev1.PodFailed:
			t.Fatalf("the driver failed:\n%s", r.tail(t))
		}
		return fmt.Errorf("%w: the driver is %s", errNotDone, pod.Status.Phase)
	})
}

// Log is the driver's log until now.
func (r *Run) Log(t testing.TB) string {
	t.Helper()
	text, err := r.cluster.log(t.Context(), r.job.Namespace, r.Driver, Spark(t, r.Pod(t)).Name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (r *Run) tail(t testing.TB) string {
	t.Helper()
	const enough = 4000
	text := r.Log(t)
	return text[max(0, len(text)-enough):]
}

// told is the start of a line in which a script says what it saw.
const told = "TOLD "

// Told is what the script told until now.
func (r *Run) Told(t testing.TB) Told {
	t.Helper()
	all := Told{}
	for line := range strings.Lines(r.Log(t)) {
		text, ok := strings.CutPrefix(line, told)
		if !ok {
			continue
		}
		var one Told
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			t.Fatalf("the script told %q: %v", text, err)
		}
		maps.Copy(all, one)
	}
	return all
}

// AwaitTold waits until the script has told something of that name.
func (r *Run) AwaitTold(t testing.TB, name string) {
	t.Helper()
	r.cluster.Await(t, "the driver to tell "+name, func() error {
		pod := r.Pod(t)
		if pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded {
			if _, ok := r.Told(t)[name]; !ok {
				t.Fatalf("the driver ended without a word about %s:\n%s", name, r.tail(t))
			}
			return nil
		}
		if pod.Status.Phase != corev1.PodRunning {
			return errNotDone
		}
		text, err := r.cluster.log(t.Context(), r.job.Namespace, r.Driver, Spark(t, pod).Name)
		if err != nil {
			return err
		}
		if !strings.Contains(text, told+`{"`+name+`"`) {
			return errNotDone
		}
		return nil
	})
}

// Told is what a script said, by name.
type Told map[string]json.RawMessage

// Read reads one of them.
func (s Told) Read(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(s[name], into); err != nil {
		t.Fatalf("%s: the job told %q: %v", name, s[name], err)
	}
}

// Want compares one of them with what it should be.
func (s Told) Want(t testing.TB, name string, want any) {
	t.Helper()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got, expected any
	if err := json.Unmarshal(s[name], &got); err != nil {
		t.Errorf("%s: the job told %q: %v", name, s[name], err)
		return
	}
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, expected) {
		t.Errorf("%s: the job saw %s, want %s", name, s[name], text)
	}
}
