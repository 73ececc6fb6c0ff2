package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// DefaultGrace is how long a program may take to end after SIGTERM. etcd and
// kube-apiserver need well under a second; a loaded machine gets thirty.
const DefaultGrace = 30 * time.Second

// ErrExited says that a program ended although nobody stopped it.
var ErrExited = errors.New("the program ended by itself")

// Spec says what to run.
type Spec struct {
	// Name is the program's name in messages. Required.
	Name string
	// Path is the executable file. Required.
	Path string
	// Args are its arguments, without the program's name.
	Args []string
	// Env is added to the environment of this process.
	Env []string
	// Dir is the working directory. Default: that of this process.
	Dir string
	// LogFile receives standard output and standard error, appended. Required.
	LogFile string
	// Namespaces are new ones that the program gets, as CLONE_NEW* flags of
	// clone(2). Default: none.
	Namespaces uintptr
	// Enter runs on the operating system's thread that starts the program, just
	// before. What it changes there the program inherits: the namespaces it
	// joins. The thread ends with the program. A program with Enter is not tied
	// to this process: it must join a PID namespace whose first process is.
	// Default: nothing.
	Enter func() error
	// Grace is the time from SIGTERM to SIGKILL. Default: DefaultGrace.
	Grace time.Duration
}

// Process is a running program. Whoever started it must call Stop.
type Process struct {
	spec Spec
	pid  int
	done chan struct{} // closed when the program has ended and err is set
	err  error
}

// Start runs the program and returns once it exists; it may not be ready yet.
func Start(spec Spec) (*Process, error) {
	if spec.Grace == 0 {
		spec.Grace = DefaultGrace
	}
	log, err := os.OpenFile(spec.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s: open its log: %w", spec.Name, err)
	}
	defer log.Close() // the child has its own descriptor of it
	p := &Process{spec: spec, done: make(chan struct{})}
	started := make(chan error)
	go p.run(command(spec, log), started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: start %s: %w", spec.Name, spec.Path, err)
	}
	return p, nil
}

func command(spec Spec, log *os.File) *exec.Cmd {
	cmd := exec.Command(spec.Path, spec.Args...) //nolint:noctx // a cancelled context would send SIGKILL; Stop asks first
	cmd.Env = append(os.Environ(), spec.Env...)
	cmd.Dir = spec.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{
		// An own group: Ctrl-C in a terminal reaches the test only, which then
		// stops its children in order; and Stop can end grandchildren.
		Setpgid:   true,
		Pdeathsig: deathSignal(spec),

		Cloneflags: spec.Namespaces,
	}
	return cmd
}

// deathSignal is none for a program that enters a PID namespace. From inside,
// its parent has the number 0, which Go's runtime takes for a parent that has
// died before the signal was asked for, and kills the child at once.
func deathSignal(spec Spec) syscall.Signal {
	if spec.Enter != nil {
		return 0
	}
	return syscall.SIGKILL
}

// run starts the command and waits for its end.
//
// The kernel sends Pdeathsig when the thread that started the child ends, not
// the process. Without the lock the Go runtime could end that thread at any
// time and take the child with it.
func (p *Process) run(cmd *exec.Cmd, started chan<- error) {
	if p.spec.Enter != nil {
		OnOwnThread(func() { p.startAndWait(cmd, started) })
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p.startAndWait(cmd, started)
}

func (p *Process) startAndWait(cmd *exec.Cmd, started chan<- error) {
	if err := p.enterAndStart(cmd); err != nil {
		started <- err
		return
	}
	p.pid = cmd.Process.Pid
	started <- nil
	p.err = cmd.Wait()
	close(p.done)
}

func (p *Process) enterAndStart(cmd *exec.Cmd) error {
	if p.spec.Enter != nil {
		if err := p.spec.Enter(); err != nil {
			return err
		}
	}
	return cmd.Start()
}

// Name is the program's name.
func (p *Process) Name() string { return p.spec.Name }

// PID is the program's process id.
func (p *Process) PID() int { return p.pid }

// Done is closed when the program has ended, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// Stop ends the program and everything in its process group: SIGTERM, and
// SIGKILL after the grace or when ctx is done. It returns when the program is
// gone. An error means that it had to be killed or had ended before.
func (p *Process) Stop(ctx context.Context) error {
	defer p.killGroup()
	if p.ended() {
		return p.exited()
	}
	if err := syscall.Kill(p.pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%s: SIGTERM: %w", p.spec.Name, err)
	}
	grace := time.NewTimer(p.spec.Grace)
	defer grace.Stop()
	select {
	case <-p.done:
		return nil
	case <-grace.C:
	case <-ctx.Done():
	}
	p.killGroup()
	<-p.done
	return fmt.Errorf("%s did not end on SIGTERM and was killed; see %s", p.spec.Name, p.spec.LogFile)
}

func (p *Process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// killGroup ends what the program started and left behind. A process group
// keeps its id as long as it has a member, so the number cannot be another's;
// an empty group is an error that says so, and nothing to report.
func (p *Process) killGroup() {
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
}
