package submitter_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
)

// playedShell is the command of a shell's container with a program in the place of Spark's, which says what it was given.
func playedShell(t *testing.T, input string) (stdout, stderr string, code int) {
	t.Helper()
	home := t.TempDir()
	program := filepath.Join(home, "bin", "pyspark")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$1\"; cat; echo beside >&2; exit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	args := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: "python"})).Args
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	var out, err bytes.Buffer
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "SPARK_HOME=" + home}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	var exit *exec.ExitError
	if problem := cmd.Run(); problem != nil && !errors.As(problem, &exit) {
		t.Fatal(problem)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// S25: the shell begins when somebody is there, says so on both of its outputs, and loses nothing of what comes after the first line.
func TestS25TheShellBeginsWithTheFirstLine(t *testing.T) {
	stdout, stderr, code := playedShell(t, "\nprint(1)\nprint(2)")
	if stdout != submitter.ShellReady+"--properties-file\nprint(1)\nprint(2)" || stderr != submitter.ShellReady+"beside\n" || code != 3 {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// S25: when everybody is gone before it has begun, it ends.
func TestS25AShellThatNobodyWants(t *testing.T) {
	if stdout, stderr, code := playedShell(t, ""); stdout+stderr != "" || code == 0 {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// Kubernetes replaces $(NAME) and $$ in arguments: what is meant for bash has neither.
func TestTheShellsStartIsNotKubernetesToExpand(t *testing.T) {
	args := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: "scala"})).Args
	script := args[slices.Index(args, "-c")+1]
	if strings.Contains(script, "$(") || strings.Contains(script, "$$") {
		t.Error(script)
	}
}
