//go:build node

package machine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/leftovers"
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
	return m, errors.Join(err, groupErr, await.Effect(ctx, 10*time.Millisecond, func(ctx context.Context) error {
		_, err := m.Run(ctx, "pgrep", "--full", "^sleep 4711$")
		return err
	}))
}

// sleeping is the mark of the program that begin leaves running.
const sleeping = "sleep\x004711\x00"

func TestAMachineThatStopsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	before := leftovers.Look(t, sleeping)
	m, err := begin(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if seen := leftovers.Since(t, before, sleeping); len(seen) < 3 {
		t.Errorf("of the machine's program, link and groups only %q is seen from outside: this test could not fail", seen)
	}
	if err := m.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	leftovers.AwaitNone(t, "by Stop", before, sleeping)
}

// Killed means that no code of ours runs any more: the kernel cleans up, and
// the next machine removes the control groups.
func TestAMachineWhoseOwnerIsKilledLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "killed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	before := leftovers.Look(t, sleeping)
	leftovers.Kill(t, victim+"="+dir)
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
	leftovers.AwaitNone(t, "by the next machine", before, sleeping)
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
