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
				if name == "spot" || strings.Contains(file, "/recipes/") {
					input = asking(t, pods, name)
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

// asking returns a copy of captured pods in which the driver asks for a template.
func asking(t *testing.T, pods, name string) string {
	t.Helper()
	text, err := os.ReadFile(pods)
	if err != nil {
		t.Fatal(err)
	}
	const driver = "  labels:\n    spark-app-name: pi\n"
	asked := strings.Replace(string(text), driver, "  annotations: {swage.dev/templates: "+name+"}\n"+driver, 1)
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

// The commands in the READMEs work as they stand there.
func TestCommandsOfTheREADMEs(t *testing.T) {
	t.Chdir("../../..")
	for file, called := range map[string]string{"README.md": "go run ./cmd/swage ", "deploy/examples/README.md": "    swage "} {
		commands := 0
		whole := strings.ReplaceAll(read(t, file), "\\\n", "") // a line that goes on in the next
		for line := range strings.Lines(whole) {
			arguments, found := strings.CutPrefix(line, called)
			if !found {
				continue
			}
			commands++
			arguments, _, _ = strings.Cut(arguments, "#")
			words := strings.Fields(arguments)
			if code, stdout, stderr := swage(t, words...); code != app.ExitOK || stdout == "" {
				t.Errorf("%s: %s: exit %d, %d bytes: %s", file, line, code, len(stdout), stderr)
			}
		}
		if commands < 4 {
			t.Errorf("%s: found %d commands", file, commands)
		}
	}
}

// The template to copy that the README shows loads, and changes what a real spark-submit made.
func TestTemplateOfTheREADME(t *testing.T) {
	_, rest, _ := strings.Cut(read(t, "../../../README.md"), "```yaml\n")
	template, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("there is no template in the README")
	}
	file := filepath.Join(t.TempDir(), "template.yaml")
	write(t, file, strings.Replace(template, "namespace: team-a", "namespace: default", 1))
	if code, findings, _ := swage(t, "lint", "-t", file); code != app.ExitOK || findings != "" {
		t.Errorf("lint: exit %d: %s", code, findings)
	}
	_, changes, _ := swage(t, "render", "-o", "changes", "-f", filepath.Join(captured, "4.1.2.yaml"), "-t", file)
	if got := byTemplate(t, changes)["base"]; got != 9 {
		t.Errorf("%d changes in three pods: %s", got, changes)
	}
}

// The guide tells of each recipe, and of none that is not there.
func TestTheGuideHasEachRecipe(t *testing.T) {
	guide := read(t, "../../../docs/templates.md")
	files, err := filepath.Glob(examples + "/recipes/*.yaml")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d recipes: %v", len(files), err)
	}
	for _, file := range files {
		if link := "](../deploy/examples/recipes/" + filepath.Base(file) + ")"; strings.Count(guide, link) != 1 {
			t.Errorf("docs/templates.md does not have the link %s once", link)
		}
	}
}
