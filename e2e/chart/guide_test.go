package chart_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
)

// helmCommands are the helm commands in the sh blocks of a guide, each as its words.
func helmCommands(t *testing.T, guide string) (all [][]string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(clustertest.Root(t), "docs", guide))
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range strings.Split(string(content), "```sh\n") {
		script, _, closed := strings.Cut(block, "```")
		if i == 0 || !closed {
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(script, "\\\n", "")) {
			if words := strings.Fields(line); len(words) > 0 && words[0] == "helm" {
				all = append(all, words[1:])
			}
		}
	}
	return all
}

// guided runs a command as it stands in a guide, but for the folder that it is run in.
func guided(t *testing.T, h *chart.Helm, words []string) string {
	t.Helper()
	words = slices.Clone(words)
	if at := slices.Index(words, chart.Dir); at >= 0 {
		words[at] = h.Chart()
	}
	out, err := h.Run(t.Context(), server.Cluster.Kubeconfig(), words...)
	if err != nil {
		t.Fatalf("helm %s: %v", strings.Join(words, " "), err)
	}
	return string(out)
}

// Each installation of the guide is taken by a real API server, and goes again.
func TestCommandsOfTheInstallGuide(t *testing.T) {
	h := helm(t)
	commands := helmCommands(t, "install.md")
	team := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "team-a"}}
	if _, err := server.Client().CoreV1().Namespaces().Create(t.Context(), team, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	installed := 0
	for _, words := range commands {
		if words[0] != "install" {
			if out := guided(t, h, words); !strings.Contains(out, "WebhookConfiguration") {
				t.Errorf("helm %v prints no registration: %s", words, out)
			}
			continue
		}
		guided(t, h, words)
		installed++
		namespace := words[4]
		if words[3] != "-n" {
			t.Fatalf("helm %v names no namespace", words)
		}
		deployments := server.Client().AppsV1().Deployments(namespace)
		if list, err := deployments.List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) != 1 {
			t.Errorf("helm %v: %d Deployments: %v", words, len(list.Items), err)
		}
		guided(t, h, []string{"uninstall", words[1], "-n", namespace})
	}
	if installed < 5 {
		t.Errorf("the guide installs %d times", installed)
	}
}

// The upgrade guide's commands, one after the other: upgrade, back, away.
func TestCommandsOfTheUpgradeGuide(t *testing.T) {
	h := helm(t)
	first, then := helmCommands(t, "install.md")[0], helmCommands(t, "upgrade.md")
	guided(t, h, first)
	if len(then) != 2 || then[0][0] != "upgrade" || then[1][0] != "uninstall" {
		t.Fatalf("the guide's commands are %v", then)
	}
	guided(t, h, then[0])
	guided(t, h, []string{"rollback", chart.Release, "-n", chart.Namespace})
	guided(t, h, then[1])
	if left := owned(t); len(left) > 0 {
		t.Errorf("left behind: %s", strings.Join(left, ", "))
	}
}
