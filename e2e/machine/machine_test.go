//go:build node

package machine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"swage.dev/swage/e2e/machine"
	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/programs"
)

// victim makes this test's program start a machine and wait to be killed.
const victim = "SWAGE_MACHINE_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victim); dir != "" {
		os.Exit(waitToBeKilled(dir))
	}
	os.Exit(m.Run())
}

func waitToBeKilled(dir string) int {
	m, err := begin(context.Background(), dir) //nolint:forbidigo // a program of its own: no test's context is there to end it
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(m.Address())
	<-time.After(time.Hour)
	return 1
}

// begin starts a machine in which a program runs, with a mount and a rule.
func begin(ctx context.Context, dir string) (*machine.Machine, error) {
	paths, err := programs.Build(ctx, programs.Options{}, programs.Pause)
	if err != nil {
		return nil, err
	}
	m, err := machine.Start(ctx, machine.Options{Pause: paths[programs.Pause], Dir: dir, Log: filepath.Join(dir, "log")})
	if err != nil {
		return nil, err
	}
	_, err = process.Start(process.Spec{
		Name: "sleep", Path: "/bin/sh", Args: []string{"-c", "sleep 4711 & wait"}, LogFile: filepath.Join(dir, "log"), Enter: m.Enter,
	})
	for _, command := range []string{"mkdir /run/mounted", "mount -t tmpfs tmpfs /run/mounted", "ip link add inner type bridge", "iptables -t nat -A POSTROUTING -j MASQUERADE"} {
		words := strings.Fields(command)
		_, runErr := m.Run(ctx, words[0], words[1:]...)
		err = errors.Join(err, runErr)
	}
	_, groupErr := m.ControlGroup("node")
	return m, errors.Join(err, groupErr)
}

// traces is what a machine could leave on this one.
func traces(t *testing.T, dir string) string {
	t.Helper()
	groups, err := filepath.Glob("/sys/fs/cgroup/*/swage-" + filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	unified, err := filepath.Glob("/sys/fs/cgroup/swage-" + filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("links:\n%s\nrules:\n%s\nmounts:\n%s\ngroups: %v\nsleeping: %d",
		output(t, "ip", "-o", "link"), output(t, "iptables", "-t", "nat", "-S"), output(t, "cat", "/proc/self/mounts"),
		append(groups, unified...), sleeping(t))
}

// sleeping counts the programs that begin left running.
func sleeping(t *testing.T) (n int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		if string(line) == "sleep\x004711\x00" {
			n++
		}
	}
	return n
}

func TestAMachineThatStopsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	before := traces(t, dir)
	m, err := begin(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if during := traces(t, dir); during == before {
		t.Error("nothing of the machine is seen from outside: this test could not fail")
	}
	if err := m.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "after Stop", dir, before)
}

// Killed means that no code of ours runs any more: the kernel cleans up, and
// the next machine removes the control groups.
func TestAMachineWhoseOwnerIsKilledLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "killed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	before := traces(t, dir)
	kill(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	next := filepath.Join(parent, "next")
	if err := os.Mkdir(next, 0o700); err != nil {
		t.Fatal(err)
	}
	m, err := begin(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "after the next machine", dir, before)
}

// kill starts a machine in a process of its own and kills that.
func kill(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the machine did not start: %q, %v", line, err)
	}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for begun := time.Now(); sleeping(t) == 0; <-again.C {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("the machine's program does not run")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
}

// eventually waits for the kernel, which buries processes and interfaces in the
// background.
func eventually(t *testing.T, when, dir, want string) {
	t.Helper()
	again, late := time.NewTicker(50*time.Millisecond), time.After(20*time.Second)
	defer again.Stop()
	for traces(t, dir) != want {
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("%s: left\n%s\nwant\n%s", when, traces(t, dir), want)
		}
	}
}

func TestMachinesAreReachedFromThisOne(t *testing.T) {
	first, second := start(t), start(t)
	if first.Address() == second.Address() {
		t.Errorf("both are at %s", first.Address())
	}
	for _, m := range []*machine.Machine{first, second} {
		if out, err := exec.CommandContext(t.Context(), "ip", "route", "get", m.Address()).Output(); err != nil || !strings.Contains(string(out), "swage") {
			t.Errorf("the way to %s: %s, %v", m.Address(), out, err)
		}
	}
}

func start(t *testing.T) *machine.Machine {
	t.Helper()
	m, err := begin(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return m
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}
