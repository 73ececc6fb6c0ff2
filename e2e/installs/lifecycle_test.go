//go:build node

package installs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/e2e/chart"
)

// readyWithin is how long after a server is ready API servers may need to see
// the bundle that it wrote, and nodes its endpoint, while others use the machine.
const readyWithin = 20 * time.Second

// The life of an installation with the chart's own values, while Spark pods are
// asked for all the time. Under Fail they are refused from the registration's
// creation until the first server is ready, and not once after that: not by an
// upgrade, not by a rollback, and not while the release is taken away. Of that
// nothing is left. This test runs alone: the release reaches all namespaces.
func TestInstallUpgradeRollBackUninstall(t *testing.T) {
	i := newInstallation(t, chart.Release, chart.Namespace, "jobs")
	pods := i.askAllTheTime(t)
	begin := time.Now()
	i.run(t, "install", previousChart(t), "--values", "../chart/testdata/values/default.yaml")
	i.runsAShapedPod(t)
	serving := time.Now()
	i.noLongerThanItsStart(t, pods.since(begin))
	i.rolledOut(t)
	i.wantImage(t, previousTag)

	i.run(t, "upgrade", i.helm.Chart(), "--values", "../chart/testdata/values/default.yaml")
	i.rolledOut(t)
	i.wantImage(t, "dev")
	upgraded := time.Now()
	i.doctorFindsNothing(t)
	i.run(t, "rollback", "1")
	i.rolledOut(t)
	i.wantImage(t, previousTag)
	rolledBack := time.Now()
	i.usesItsRights(t)
	if bad := unshaped(pods.since(serving)); len(bad) > 0 {
		t.Errorf("%d Spark pods were admitted unshaped, the first %s after the server was ready", len(bad), bad[0].at.Sub(serving))
	}

	i.uninstall(t)
	pods.end()
	if bad := refused(pods.since(serving)); len(bad) > 0 {
		t.Errorf("%d Spark pods were refused, the first %s after the server was ready: %v", len(bad), bad[0].at.Sub(serving), bad[0].err)
	}
	if last := pods.since(serving); last[len(last)-1].err == nil {
		t.Error("Spark pods are still shaped")
	}
	t.Logf("serving after %s, upgraded in %s, rolled back in %s, uninstalled in %s; %d Spark pods since the server was ready, none refused",
		serving.Sub(begin).Round(time.Millisecond), upgraded.Sub(serving).Round(time.Second), rolledBack.Sub(upgraded).Round(time.Second),
		time.Since(rolledBack).Round(time.Second), len(pods.since(serving)))
}

// previousChart is the chart of the version before: this one under its version
// and with its image.
func previousChart(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "chart")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, chart.Dir))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "Chart.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := string(text)
	for line, old := range map[string]string{"\nversion: 0.1.0\n": "\nversion: 0.0.9\n", "\nappVersion: dev\n": "\nappVersion: " + previousTag + "\n"} {
		if !strings.Contains(changed, line) {
			t.Fatalf("no line %q in %s", line, text)
		}
		changed = strings.Replace(changed, line, old, 1)
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// noLongerThanItsStart: Spark pods are refused until the first server is ready
// and API servers have seen the bundle that it wrote, and no longer.
func (i installation) noLongerThanItsStart(t *testing.T, asked []outcome) {
	t.Helper()
	bad := refused(asked)
	if len(bad) == 0 {
		t.Fatal("no Spark pod was refused before the server was ready: failurePolicy is not Fail, or this test asks too seldom")
	}
	ready := i.firstReady(t)
	first, last := bad[0].at, bad[len(bad)-1].at
	if last.After(ready.Add(readyWithin)) {
		t.Errorf("Spark pods were refused until %s after the first server was ready: %v", last.Sub(ready), bad[len(bad)-1].err)
	}
	t.Logf("%d Spark pods were refused, for %s, until the first server was ready", len(bad), last.Sub(first).Round(time.Millisecond))
}

// firstReady is when the first replica was ready.
func (i installation) firstReady(t *testing.T) (first time.Time) {
	t.Helper()
	pods, err := i.servers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods {
		for _, c := range pod.Status.Conditions {
			if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && (first.IsZero() || c.LastTransitionTime.Time.Before(first)) {
				first = c.LastTransitionTime.Time
			}
		}
	}
	if first.IsZero() {
		t.Fatal("no replica is ready")
	}
	return first
}
