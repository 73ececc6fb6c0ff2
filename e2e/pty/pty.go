// Package pty runs programs on pseudo-terminals, as a person at a terminal does.
package pty

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"swage.dev/swage/e2e/await"
)

// patience is long: others use the machine.
var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: 5 * time.Minute}

// Session is a program on a pseudo-terminal: what it writes there can be read, and what is typed reaches it.
type Session struct {
	cmd    *exec.Cmd
	master *os.File
	reader sync.WaitGroup
	hangUp sync.Once

	mu   sync.Mutex
	text strings.Builder
}

// Start runs a program on a new pseudo-terminal (pty(7)), which controls it as a shell's does, until the test ends.
func Start(t testing.TB, cmd *exec.Cmd) *Session {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	control(t, master, func(descriptor int) (err error) {
		if number, err = unix.IoctlGetInt(descriptor, unix.TIOCGPTN); err != nil {
			return err
		}
		return unix.IoctlSetPointerInt(descriptor, unix.TIOCSPTLCK, 0)
	})
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.Env = append(cmd.Env, "TERM=xterm")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := startHearing(cmd); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	s := &Session{cmd: cmd, master: master}
	s.reader.Go(s.read)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		s.reader.Wait()
		s.HangUp()
	})
	return s
}

// startHearing starts a program that hears its terminal's signals, also where this
// process ignores them as under nohup: what is ignored is inherited, what is heard is not.
func startHearing(cmd *exec.Cmd) error {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT)
	defer signal.Stop(heard)
	return cmd.Start()
}

// control asks the kernel something about a terminal. (File.Fd would make its reads such that Close waits for them.)
func control(t testing.TB, terminal *os.File, ask func(descriptor int) error) {
	t.Helper()
	connection, err := terminal.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	if err := connection.Control(func(descriptor uintptr) { failed = ask(int(descriptor)) }); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

// read reads until nobody has the other end any more.
func (s *Session) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.master.Read(buffer)
		s.mu.Lock()
		s.text.Write(buffer[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Shown is what the program wrote until now.
func (s *Session) Shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Types types keys; "\x03" is Ctrl-C, "\x04" Ctrl-D.
func (s *Session) Types(t testing.TB, keys string) {
	t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// Awaits waits until the terminal has shown something so many times.
func (s *Session) Awaits(t testing.TB, text string, times int) {
	t.Helper()
	patience.Until(t, "the terminal to show "+text, func() error {
		if shown := s.Shown(); strings.Count(shown, text) < times {
			return fmt.Errorf("it shows %q", shown)
		}
		return nil
	})
}

// Resize gives the terminal another size, and whoever is on it the signal.
func (s *Session) Resize(t testing.TB, columns, rows uint16) {
	t.Helper()
	control(t, s.master, func(descriptor int) error {
		return unix.IoctlSetWinsize(descriptor, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns})
	})
}

// Raw tells whether the terminal passes on each key, and echoes none.
func (s *Session) Raw(t testing.TB) bool {
	t.Helper()
	raw := false
	control(t, s.master, func(descriptor int) error {
		settings, err := unix.IoctlGetTermios(descriptor, unix.TCGETS)
		raw = err == nil && settings.Lflag&(unix.ECHO|unix.ICANON) == 0
		return err
	})
	return raw
}

// HangUp takes the terminal away, as a window does that is closed.
func (s *Session) HangUp() { s.hangUp.Do(func() { _ = s.master.Close() }) }

// Signal sends the program a signal.
func (s *Session) Signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// Ends waits for the program's end and returns its exit code.
func (s *Session) Ends(t testing.TB) int {
	t.Helper()
	_ = s.cmd.Wait() // the exit code says it
	s.reader.Wait()
	return s.cmd.ProcessState.ExitCode()
}
