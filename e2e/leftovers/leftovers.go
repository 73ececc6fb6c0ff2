// Package leftovers finds what a test machine or a cluster could leave behind on
// this one, for the tests that say that there is nothing.
package leftovers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"swage.dev/swage/e2e/await"
)

// Look lists network interfaces, firewall rules, mounts, our control groups,
// and the programs that have mark in their command line. A container's program
// has not; but a control group with a process in it cannot be removed.
func Look(t testing.TB, mark string) (found []string) {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"link": output(t, "ip", "-o", "link"), "rule": output(t, "iptables-save", "-t", "nat"), "mount": string(mounts),
	} {
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ":") { // comments, counters
				found = append(found, what+" "+strings.TrimSpace(line))
			}
		}
	}
	for _, pattern := range []string{"/sys/fs/cgroup/swage-*", "/sys/fs/cgroup/*/swage-*"} { // versions 2 and 1
		found = append(found, glob(t, pattern)...)
	}
	return append(found, Programs(t, mark)...)
}

// Programs lists those that have mark in their command line, in which a zero
// byte stands between two arguments.
func Programs(t testing.TB, mark string) (found []string) {
	t.Helper()
	for _, file := range glob(t, "/proc/[0-9]*/cmdline") {
		line, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it ended in between
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(line, []byte(mark)) {
			found = append(found, "program "+string(bytes.ReplaceAll(line, []byte{0}, []byte(" "))))
		}
	}
	return found
}

// Since is what is there now and was not before.
func Since(t testing.TB, before []string, mark string) []string {
	t.Helper()
	return slices.DeleteFunc(Look(t, mark), func(trace string) bool { return slices.Contains(before, trace) })
}

// patience is the kernel's: it buries processes and interfaces in the background.
var patience = await.Patience{Every: 100 * time.Millisecond, Timeout: 2 * time.Minute}

// AwaitNone waits until nothing is left that was not there before.
func AwaitNone(t testing.TB, when string, before []string, mark string) {
	t.Helper()
	patience.Until(t, "nothing to be left "+when, func() error {
		if left := Since(t, before, mark); len(left) > 0 {
			return fmt.Errorf("left:\n%s", strings.Join(left, "\n"))
		}
		return nil
	})
}

// Kill runs this test's own program with one more variable in its environment,
// and kills it when it has printed something: none of its code cleans up.
func Kill(t testing.TB, variable string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), variable)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	if n, err := out.Read(said); err != nil {
		t.Fatalf("the program to be killed says %q, %v", said[:n], err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func output(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}
