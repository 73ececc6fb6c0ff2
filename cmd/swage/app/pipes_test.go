//go:build unix

package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

func pipe(t *testing.T, name string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), syscall.Mkfifo(name, 0o600)); err != nil {
		t.Fatal(err)
	}
	return name
}

// A pipe in a folder is refused by its name: nobody may ever write to it, and
// then whoever opens it waits forever. So is a device behind a link.
func TestWhatIsNoFileInAFolderIsRefused(t *testing.T) {
	inTemplates, inCase, linked, folder := suiteOf(t), suiteOf(t), suiteOf(t), t.TempDir()
	device := linked + "/templates/null.yaml"
	if err := errors.Join(os.Symlink(os.DevNull, device), os.Remove(inCase+"/cases/notebook/pod.yaml")); err != nil {
		t.Fatal(err)
	}
	pod := examples + "/suite/cases/notebook/pod.yaml"
	inFolder := pipe(t, filepath.Join(folder, "pipe.yaml"))
	for _, row := range []struct {
		names string
		args  []string
	}{
		{pipe(t, inTemplates+"/templates/pipe.yaml"), []string{"test", inTemplates}},
		{pipe(t, inCase+"/cases/notebook/pod.yaml"), []string{"test", inCase}},
		{device, []string{"test", linked}},
		{inFolder, []string{"lint", "-t", folder}},
		{inFolder, []string{"render", "-f", pod, "-t", folder}},
		{inFolder, []string{"render", "-f", folder, "-t", examples + "/suite/templates"}},
		{inFolder, []string{"diff", "-f", pod, "-t", folder}},
	} {
		code, stdout, stderr := swage(t, row.args...)
		if code != app.ExitUsage || stdout != "" || !strings.Contains(stderr, row.names+": it is no regular file") {
			t.Errorf("%v: exit %d: %s%s", row.args, code, stdout, stderr)
		}
	}
}

// A pipe that is named itself is read: a shell's <(command) is one.
func TestAPipeThatIsNamedIsRead(t *testing.T) {
	name := pipe(t, filepath.Join(t.TempDir(), "pod"))
	text := read(t, examples+"/suite/cases/notebook/pod.yaml")
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(name, []byte(text), 0o600) }()
	code, stdout, stderr := swage(t, "render", "-f", name, "-t", examples+"/suite/templates")
	if err := <-wrote; err != nil || code != app.ExitOK || !strings.Contains(stdout, "kind: Pod") {
		t.Errorf("exit %d, %v: %s%s", code, err, stdout, stderr)
	}
}
