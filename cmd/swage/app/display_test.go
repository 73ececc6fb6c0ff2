package app

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/lifecycle"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func inPhase(phase corev1.PodPhase, executors ...corev1.PodPhase) lifecycle.Pods {
	app := lifecycle.Pods{Driver: &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: "pi-1-driver", CreationTimestamp: metav1.NewTime(noon.Add(-63 * time.Second)), Labels: map[string]string{"spark-app-name": "pi"},
	}}}
	app.Driver.Status.Phase = phase
	for _, phase := range executors {
		pod := &corev1.Pod{}
		pod.Status.Phase = phase
		app.Executors = append(app.Executors, pod)
	}
	return app
}

var noImage = lifecycle.Trouble{Pod: "pi-1-driver", Kind: lifecycle.Image, Message: "ErrImagePull:\x1bnot found"}

// Without a terminal each phase is one line, in words that programs look for, and nothing moves.
func TestLinesForPrograms(t *testing.T) {
	var out bytes.Buffer
	shown := newDisplay(&Process{Stderr: &out, Env: os.LookupEnv})
	shown.changed(inPhase("Pending"))
	shown.tick()
	shown.note(troubleLine(noImage))
	shown.changed(inPhase("Pending", "Running"))
	shown.changed(inPhase("Running", "Running"))
	shown.clear()
	if want := "phase: Pending\nwarning: pi-1-driver waits: ErrImagePull: not found\nphase: Running\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

// On a terminal there is one line; what is told stands above it, and it is erased at last.
func TestStatusLine(t *testing.T) {
	var out bytes.Buffer
	line := &statusLine{out: &out, now: func() time.Time { return noon }}
	line.tick() // nothing is known yet
	line.changed(inPhase("Running", "Running", "Running", "Pending", "Failed"))
	drawn := eraseLine + noWrapping + "pi: Running 1m3s, executors: 2 running, 1 pending, 1 failed" + wrapping
	if out.String() != drawn {
		t.Errorf("got %q", out.String())
	}
	out.Reset()
	line.note(troubleLine(noImage))
	line.clear()
	line.clear()
	want := eraseLine + "warning: pi-1-driver waits: ErrImagePull: not found\n" + drawn + eraseLine
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

// A cell of a table has no way to look like another line, or to move the cursor.
func TestCells(t *testing.T) {
	views := []applicationView{{Namespace: "n", Name: "pi\nevil\x1b[2J", State: "Failed", Reason: strings.Repeat("x", 200)}}
	text := string(table(views, noon, false, true))
	if strings.Count(text, "\n") != 2 || strings.Contains(text, "\x1b") || strings.Contains(text, strings.Repeat("x", 100)) {
		t.Errorf("got %q", text)
	}
	if wide := string(table(views, noon, true, false)); !strings.Contains(wide, strings.Repeat("x", 200)) || strings.Contains(wide, "NAMESPACE") {
		t.Errorf("got %q", wide)
	}
}

func TestAnswers(t *testing.T) {
	for answer, want := range map[string]decision{"l\n": leave, " Leave \n": leave, "K\n": kill, "kill\n": kill, "\n": wait, "w\n": wait, "yes\n": "", "kill it\n": ""} {
		if got := decided(answer); got != want {
			t.Errorf("%q: got %q", answer, got)
		}
	}
}
