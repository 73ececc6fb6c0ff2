package machine

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"

	"swage.dev/swage/e2e/process"
)

// Options say how to make a machine. All are required.
type Options struct {
	// Pause is the program that becomes the first process: programs.Pause.
	Pause string
	// Dir is a folder of the caller's, which exists; its base name must be
	// unique on this machine, it names the control groups.
	Dir string
	// Log receives what the first process says.
	Log string
}

// Machine is a running one. Whoever started it must call Stop.
type Machine struct {
	first   *process.Process
	spaces  namespaces
	network network
	groups  controlGroups
}

// Start makes a machine whose only process is the pause program.
func Start(ctx context.Context, opts Options) (*Machine, error) {
	groups, err := newControlGroups(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("control groups of a machine: %w", err)
	}
	first, err := process.Start(process.Spec{
		Name: "machine", Path: opts.Pause, LogFile: opts.Log, Dir: "/",
		Namespaces: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
	})
	if err != nil {
		return nil, fmt.Errorf("start a machine (this needs root): %w", errors.Join(err, groups.remove(ctx)))
	}
	m := &Machine{first: first, groups: groups}
	if err := m.furnish(ctx); err != nil {
		return nil, fmt.Errorf("start a machine: %w", errors.Join(err, m.Stop(context.WithoutCancel(ctx))))
	}
	return m, nil
}

// furnish gives the machine what every Linux has.
func (m *Machine) furnish(ctx context.Context) (err error) {
	if m.spaces, err = openNamespaces(m.first.PID()); err != nil {
		return err
	}
	for _, command := range [][]string{
		// First of all: no mount in here may reach the real machine.
		{"mount", "--make-rprivate", "/"},
		{"mount", "-t", "proc", "proc", "/proc"},
		{"mount", "-t", "tmpfs", "tmpfs", "/run"},
		// Nodes write here, whatever folders they are given.
		{"mount", "-t", "tmpfs", "tmpfs", "/var/log"},
		{"mkdir", "-p", "/run/netns", "/run/lock", "/run/lib/upper", "/run/lib/work"},
		// Some programs of a node write here whatever folders they are given.
		{"mount", "-t", "overlay", "overlay", "-o", "lowerdir=/var/lib,upperdir=/run/lib/upper,workdir=/run/lib/work", "/var/lib"},
		{"sysctl", "-q", "-w", "net.ipv4.ip_forward=1"},
	} {
		if err := m.run(ctx, command); err != nil {
			return err
		}
	}
	m.network, err = m.connect(ctx)
	return err
}

// Enter moves the calling thread of the operating system into the machine, for
// good: it is for process.Spec.Enter and process.OnOwnThread.
func (m *Machine) Enter() error { return m.spaces.enter() }

// Address is the machine's address on the link to the real one.
func (m *Machine) Address() string { return m.network.inside }

// Gone is closed when the machine has ended, for whatever reason.
func (m *Machine) Gone() <-chan struct{} { return m.first.Done() }

// ControlGroup makes a control group of the machine's own, below its one, and
// returns its path as the kernel's interfaces show it.
func (m *Machine) ControlGroup(name string) (string, error) { return m.groups.make(name) }

// Run runs a command in the machine and returns what it printed. The error
// contains what it said.
func (m *Machine) Run(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	return m.output(cmd)
}

// output runs a command on a thread that is in the machine.
func (m *Machine) output(cmd *exec.Cmd) (out []byte, err error) {
	process.OnOwnThread(func() {
		if err = m.Enter(); err == nil {
			out, err = cmd.Output()
		}
	})
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return out, err
}

func (m *Machine) run(ctx context.Context, command []string) error {
	_, err := m.Run(ctx, command[0], command[1:]...)
	return err
}

// Stop ends every process of the machine and removes its control groups.
func (m *Machine) Stop(ctx context.Context) error {
	m.spaces.close()
	err := m.first.Stop(ctx)
	return errors.Join(err, m.groups.remove(ctx))
}
