package app_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// In these @ stands for what steers a terminal.
const (
	hostilePods = `
apiVersion: v1
kind: Pod
metadata: {name: "p@", namespace: "n@", labels: {spark-role: driver, "l@": "v@"}, annotations: {"swage.dev/templates": "t@", "swage.dev/shape": "s@"}}
spec: {priorityClassName: "c@", containers: [{name: "spark-kubernetes-driver", image: "i@"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: "p@", namespace: team, labels: {spark-role: driver}, annotations: {"swage.dev/shape": "s@"}}
spec: {priorityClassName: "c@", containers: [{name: "spark-kubernetes-driver", image: "i@"}]}
---
apiVersion: v1
kind: "Kind@"
metadata: {name: "p@", namespace: "n@"}
`
	hostileTemplates = `
apiVersion: v1
kind: ConfigMap
metadata: {name: "bad@", namespace: team, labels: {swage.dev/template: "m@"}}
data: {pod.yaml: "metadata: {labels: {a: b}}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "other@", namespace: team, labels: {swage.dev/template: default}, annotations: {swage.dev/select: "x=@"}}
data: {pod.yaml: "spec: {priorityClassName: high}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: good, namespace: team, labels: {swage.dev/template: default}}
data: {pod.yaml: "spec: {priorityClassName: high, nodeSelector: {a: b}}"}
---
apiVersion: v1
kind: "Kind@"
metadata: {name: "p@", namespace: "n@"}
`
)

// Files may come from anywhere, and no API server has looked at them: whatever
// they hold where names belong, nothing in what is told of them steers a terminal.
func TestNothingInAFileSteersATerminal(t *testing.T) {
	const steers = `\u001b[2J\u009b`
	dir := t.TempDir()
	pod, templates := filepath.Join(dir, "pod.yaml"), filepath.Join(dir, "templates.yaml")
	for file, text := range map[string]string{
		pod:       hostilePods,
		templates: hostileTemplates,
	} {
		write(t, file, strings.ReplaceAll(text, "@", steers))
	}
	for _, args := range [][]string{
		{"why-not", "-f", pod, "-t", templates},
		{"explain", "-f", pod, "-t", templates},
		{"diff", "-f", pod, "-t", templates},
		{"diff", "--explain", "-f", pod, "-t", templates},
		{"render", "-f", pod, "-t", templates},
		{"lint", "-t", templates},
	} {
		_, stdout, stderr := swage(t, args...)
		if stdout == "" {
			t.Errorf("%q tells nothing: %s", args, stderr)
		}
		for line := range strings.Lines(stdout + stderr) {
			if slices.ContainsFunc([]rune(strings.TrimSuffix(line, "\n")), unicode.IsControl) {
				t.Errorf("%q: %q", args, line)
			}
		}
	}
}
