package terminal_test

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"swage.dev/swage/cmd/terminal"
)

// pseudo is a new pseudo-terminal (pty(7)): what a person has, and what a program has.
func pseudo(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	var number, unlocked int32
	ask(t, person, syscall.TIOCGPTN, &number)
	ask(t, person, syscall.TIOCSPTLCK, &unlocked)
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		person.Close()
		program.Close()
	})
	return person, program
}

func ask[T any](t *testing.T, file *os.File, request uintptr, argument *T) {
	t.Helper()
	connection, err := file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = connection.Control(func(descriptor uintptr) {
		if _, _, failed := syscall.Syscall(syscall.SYS_IOCTL, descriptor, request, uintptr(unsafe.Pointer(argument))); failed != 0 {
			t.Error(failed)
		}
	})
}

func settings(t *testing.T, file *os.File) (now syscall.Termios) {
	t.Helper()
	ask(t, file, syscall.TCGETS, &now)
	return now
}

// S25: keys reach the shell one by one, Ctrl-C among them, and are not echoed here; then the terminal is what it was.
func TestS25RawAndBack(t *testing.T) {
	person, program := pseudo(t)
	before := settings(t, program)
	restore, err := terminal.Raw(program)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := person.WriteString("\x03a\r"); err != nil {
		t.Fatal(err)
	}
	keys := make([]byte, 10)
	if n, err := program.Read(keys); err != nil || string(keys[:n]) != "\x03a\r" {
		t.Errorf("got %q, %v", keys[:n], err)
	}
	if _, err := program.WriteString("b\n"); err != nil {
		t.Fatal(err)
	}
	if n, err := person.Read(keys); err != nil || string(keys[:n]) != "b\n" {
		t.Errorf("shown: %q, %v", keys[:n], err)
	}
	restore()
	if after := settings(t, program); after != before {
		t.Errorf("got %+v, before it was %+v", after, before)
	}
	again, err := terminal.Raw(program) // what was restored once stays so
	if err != nil {
		t.Fatal(err)
	}
	restore()
	if settings(t, program) == before {
		t.Error("a second restore undid what came later")
	}
	again()
}

// A read of a raw terminal can be ended: a session's end is not the next key.
func TestAReadOfARawTerminalCanBeEnded(t *testing.T) {
	_, program := pseudo(t)
	restore, err := terminal.Raw(program)
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	ended := make(chan error)
	go func() {
		_, err := program.Read(make([]byte, 1))
		ended <- err
	}()
	if err := program.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

func TestSize(t *testing.T) {
	person, program := pseudo(t)
	size := struct{ rows, columns, x, y uint16 }{rows: 43, columns: 132}
	ask(t, person, syscall.TIOCSWINSZ, &size)
	if width, height, err := terminal.Size(program); err != nil || width != 132 || height != 43 {
		t.Errorf("got %d x %d, %v", width, height, err)
	}
}

// What is no terminal is told, and nothing is done to it.
func TestNoTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if _, err := terminal.Raw(null); !errors.Is(err, syscall.ENOTTY) {
		t.Error(err)
	}
	if _, _, err := terminal.Size(null); !errors.Is(err, syscall.ENOTTY) {
		t.Error(err)
	}
}
