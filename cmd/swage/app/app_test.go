package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

func TestVersion(t *testing.T) {
	code, stdout, stderr := swage(t, "version")
	if code != app.ExitOK || stderr != "" || !regexp.MustCompile(`^swage \S+( [0-9a-f]{40})? go\S+ \w+/\w+\n$`).MatchString(stdout) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Output that nobody got is no success.
func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, command := range []string{"render", "diff", "explain", "version"} {
		args := []string{command}
		if command != "version" {
			args = append(args, "-f", captured+"/4.1.2.yaml", "-t", examples+"/templates")
		}
		var stderr bytes.Buffer
		code := app.Run(t.Context(), app.Process{Name: "swage", Args: args, Stdin: strings.NewReader(""), Stdout: fullDisk{}, Stderr: &stderr})
		if code != app.ExitUsage || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: exit %d, %q", command, code, stderr.String())
		}
	}
}

// The members of a change are promised in this order, so that scripts and people can cut lines apart.
func TestOrderOfMembersInChanges(t *testing.T) {
	_, stdout, _ := swage(t, "render", "-f", "testdata/changes/pod.yaml", "-t", "testdata/changes/templates.yaml", "-o", "changes")
	order := []string{"pod", "path", "op", "old", "new", "template", "rule", "resolution"}
	for line := range strings.Lines(stdout) {
		next := 0
		for _, member := range members(t, line) {
			for next < len(order) && order[next] != member {
				next++
			}
			if next == len(order) {
				t.Fatalf("%s is unknown or out of order in %s", member, line)
			}
		}
	}
}

func members(t *testing.T, line string) []string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(line))
	var names []string
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	return names
}

// Values that may be secret are in no text; whoever wants them asks for JSON.
func TestExplainHidesSecrets(t *testing.T) {
	args := []string{"explain", "-f", "testdata/secrets/pod.yaml", "-t", "testdata/secrets/templates.yaml"}
	_, text, stderr := swage(t, args...)
	if strings.Contains(text+stderr, "hunter2") || !strings.Contains(text, "PASSWORD (not shown)") {
		t.Errorf("got %s\n%s", text, stderr)
	}
	if _, text, _ := swage(t, append(args, "-o", "json")...); strings.Count(text, "hunter2") != 5 {
		t.Errorf("got %s", text)
	}
}
