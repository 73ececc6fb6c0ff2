package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

const (
	examples = "../../../deploy/examples"
	captured = "../../../podtemplate/testdata/spark"
)

func swage(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = app.Run(t.Context(), app.Process{Name: "swage", Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// Every example loads strictly, and its effect on pods that a real spark-submit made is seen.
func TestExamplesShapeCapturedPods(t *testing.T) {
	files, err := filepath.Glob(examples + "/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"3.5.9.yaml", "4.1.2.yaml"} {
		pods := filepath.Join(captured, version)
		for _, file := range files {
			if strings.Contains(file, "/pods/") {
				continue
			}
			t.Run(version+"/"+filepath.Base(file), func(t *testing.T) {
				name := strings.TrimSuffix(filepath.Base(file), ".yaml")
				input := pods
				if name == "spot" {
					input = asking(t, pods)
				}
				code, changes, stderr := swage(t, "render", "-f", input, "-t", file, "-t", examples+"/namespaces.yaml", "-o", "changes")
				if code != app.ExitOK || strings.Contains(stderr, "warning") {
					t.Fatalf("exit %d: %s", code, stderr)
				}
				if done := byTemplate(t, changes)[name]; done == 0 {
					t.Errorf("template %s changes nothing: %s", name, changes)
				}
				if code, findings, _ := swage(t, "lint", "-t", file); code != app.ExitOK || findings != "" {
					t.Errorf("lint: exit %d: %s", code, findings)
				}
			})
		}
	}
}

// asking returns a copy of captured pods in which the driver asks for the template spot.
func asking(t *testing.T, pods string) string {
	t.Helper()
	text, err := os.ReadFile(pods)
	if err != nil {
		t.Fatal(err)
	}
	const driver = "  labels:\n    spark-app-name: pi\n"
	asked := strings.Replace(string(text), driver, "  annotations: {swage.dev/templates: spot}\n"+driver, 1)
	if asked == string(text) {
		t.Fatal("the captured driver has changed")
	}
	file := filepath.Join(t.TempDir(), "pods.yaml")
	if err := os.WriteFile(file, []byte(asked), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// byTemplate counts the changes of each template by its name alone.
func byTemplate(t *testing.T, changes string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for line := range strings.Lines(changes) {
		var change struct{ Template, Op string }
		if err := json.Unmarshal([]byte(line), &change); err != nil {
			t.Fatal(err)
		}
		if parts := strings.Split(change.Template, "/"); len(parts) == 3 && change.Op != "none" {
			count[parts[1]]++
		}
	}
	return count
}

// The commands in the examples' README work as they stand there.
func TestCommandsOfTheExamplesREADME(t *testing.T) {
	t.Chdir("../../..")
	text, err := os.ReadFile("deploy/examples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "swage" || !strings.HasPrefix(line, "    ") {
			continue
		}
		commands++
		if code, stdout, stderr := swage(t, words[1:]...); code != app.ExitOK || stdout == "" {
			t.Errorf("%s: exit %d, %d bytes: %s", line, code, len(stdout), stderr)
		}
	}
	if commands < 4 {
		t.Errorf("found %d commands", commands)
	}
}
