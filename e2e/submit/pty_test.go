package submit_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"swage.dev/swage/e2e/await"
)

// patience is long: others use the machine.
var patience = await.Patience{Every: 20 * time.Millisecond, Timeout: 2 * time.Minute}

// terminalSession is a program on a pseudo-terminal: what it writes there can be read, and what is typed reaches it.
type terminalSession struct {
	cmd    *exec.Cmd
	master *os.File
	reader sync.WaitGroup

	mu   sync.Mutex
	text strings.Builder
}

// onTerminal runs a program on a new pseudo-terminal (pty(7)), which controls it as a shell's does.
func onTerminal(t *testing.T, cmd *exec.Cmd) *terminalSession {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.Env = append(cmd.Env, "TERM=xterm")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	s := &terminalSession{cmd: cmd, master: master}
	s.reader.Go(s.read)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		s.reader.Wait()
		master.Close()
	})
	return s
}

// read reads until nobody has the other end any more.
func (s *terminalSession) read() {
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

func (s *terminalSession) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// types types keys; "\x03" is Ctrl-C.
func (s *terminalSession) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// awaits waits until the terminal has shown something so many times.
func (s *terminalSession) awaits(t *testing.T, text string, times int) {
	t.Helper()
	patience.Until(t, "the terminal to show "+text, func() error {
		if shown := s.shown(); strings.Count(shown, text) < times {
			return fmt.Errorf("it shows %q", shown)
		}
		return nil
	})
}

// ends waits for the program's end and returns its exit code.
func (s *terminalSession) ends(t *testing.T) int {
	t.Helper()
	_ = s.cmd.Wait() // the exit code says it
	s.reader.Wait()
	return s.cmd.ProcessState.ExitCode()
}
