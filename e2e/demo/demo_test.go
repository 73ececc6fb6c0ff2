package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/sparkpods"
)

// screenful is how many lines a pod may take: what a person sees at once.
const screenful = 60

func TestDemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	if err := Run(t.Context(), Options{Out: &out}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if got, want := strings.Count(out.String(), "✓ as "), 2*3*len(sparkpods.Versions()); got != want {
		t.Errorf("%d checks, want %d:\n%s", got, want, &out)
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("colours, although it is no terminal")
	}
	for part := range strings.SplitSeq(out.String(), "\n── ") {
		if lines := strings.Count(part, "\n"); lines > screenful {
			t.Errorf("%d lines are more than one screen of %d:\n%s", lines, screenful, part)
		}
	}
	nothingLeft(t)
}

// A pod that is not as expected fails the demo, and the others are shown all the same.
func TestDemoFails(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	expected := filepath.Join(t.TempDir(), "expected")
	if err := os.CopyFS(expected, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	const tampered = "4.1.2-executor-1.yaml"
	text, err := os.ReadFile(filepath.Join(expected, tampered))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("pool: spot"), []byte("pool: other"))
	if err := os.WriteFile(filepath.Join(expected, tampered), text, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = Run(t.Context(), Options{Out: &out, Expected: expected})
	if !errors.Is(err, ErrNotAsExpected) || status(t.Context(), err) != 1 {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"✗ not as expected by testdata/" + tampered, "-    node.example.com/pool: other", "✗ 1 of 6 pods"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	nothingLeft(t)
}

// Ctrl-C while the pods are shown stops everything.
func TestDemoIsInterrupted(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out := &trigger{at: "── driver", do: interrupt}
	err := Run(ctx, Options{Out: out})
	if err == nil || status(ctx, err) != 130 {
		t.Errorf("got %v\n%s", err, &out.Buffer)
	}
	if !strings.Contains(out.String(), "stopping everything") || strings.Contains(out.String(), "all as expected") {
		t.Errorf("got\n%s", &out.Buffer)
	}
	nothingLeft(t)
}

// trigger does something when a text is written.
type trigger struct {
	bytes.Buffer
	at string
	do func()
}

func (w *trigger) Write(text []byte) (int, error) {
	if strings.Contains(string(text), w.at) {
		w.do()
	}
	return w.Buffer.Write(text)
}

// nothingLeft fails when a folder or a program of the demo is still there: a
// cluster's folder goes when its programs have ended.
func nothingLeft(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "swage-") {
			t.Errorf("%s is left", entry.Name())
		}
	}
}

// An expected pod that nothing produces is stale.
func TestNothingStaleIsExpected(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, version := range sparkpods.Versions() {
		app, err := newApplication("../..", version)
		if err != nil {
			t.Fatal(err)
		}
		for _, pod := range app.pods {
			wanted = append(wanted, "testdata/"+pod.file)
		}
	}
	slices.Sort(wanted)
	if !slices.Equal(files, wanted) {
		t.Errorf("there is %v, used is %v", files, wanted)
	}
}

func TestSteadyKeepsWhatIsSaid(t *testing.T) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		Volumes:    []corev1.Volume{{Name: "kube-api-access-abcde"}, {Name: "data"}},
		Containers: []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "kube-api-access-abcde", MountPath: "/b"}, {Name: "data", MountPath: "/a"}}}},
	}}
	got := unordered(pod)
	if got.Spec.Volumes[0].Name != "data" || got.Spec.Containers[0].VolumeMounts[1].Name != "kube-api-access-xxxxx" {
		t.Errorf("got %v", got.Spec)
	}
	if pod.Spec.Volumes[0].Name != "kube-api-access-abcde" {
		t.Error("the pod itself was changed")
	}
}
