//go:build linux || darwin

package terminal

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"unsafe"
)

// Raw lets a terminal pass on every key as it is typed and do nothing of its own: it echoes nothing, keeps no lines, and Ctrl-C
// is a key. restore makes it again what it was. It may be called more than once, by several goroutines at once.
func Raw(terminal *os.File) (restore func(), err error) {
	var before syscall.Termios
	if err := control(terminal, getTermios, &before); err != nil {
		return nil, fmt.Errorf("the terminal: %w", err)
	}
	raw := before
	// As cfmakeraw(3) does.
	raw.Iflag &^= syscall.IGNBRK | syscall.BRKINT | syscall.PARMRK | syscall.ISTRIP | syscall.INLCR | syscall.IGNCR | syscall.ICRNL | syscall.IXON
	raw.Oflag &^= syscall.OPOST
	raw.Lflag &^= syscall.ECHO | syscall.ECHONL | syscall.ICANON | syscall.ISIG | syscall.IEXTEN
	raw.Cflag &^= syscall.CSIZE | syscall.PARENB
	raw.Cflag |= syscall.CS8
	raw.Cc[syscall.VMIN], raw.Cc[syscall.VTIME] = 1, 0
	if err := control(terminal, setTermios, &raw); err != nil {
		return nil, fmt.Errorf("the terminal: %w", err)
	}
	return sync.OnceFunc(func() {
		_ = control(terminal, setTermios, &before) // a terminal that is gone needs nothing
	}), nil
}

// Size is a terminal's, in characters.
func Size(terminal *os.File) (width, height uint16, err error) {
	var size struct{ rows, columns, x, y uint16 } // struct winsize of ioctl_tty(2)
	if err := control(terminal, syscall.TIOCGWINSZ, &size); err != nil {
		return 0, 0, fmt.Errorf("the terminal's size: %w", err)
	}
	return size.columns, size.rows, nil
}

// Resized gets a signal when the process's terminal may have another size, until stop.
func Resized() (changed <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	return signals, func() { signal.Stop(signals) }
}

// control is ioctl(2). It leaves the file as it is: File.Fd would make its reads such that nobody can end them.
func control[T any](terminal *os.File, request uintptr, argument *T) error {
	connection, err := terminal.SyscallConn()
	if err != nil {
		return err
	}
	var failed syscall.Errno
	err = connection.Control(func(descriptor uintptr) {
		_, _, failed = syscall.Syscall(syscall.SYS_IOCTL, descriptor, request, uintptr(unsafe.Pointer(argument))) //nolint:gosec // the kernel's way to pass a struct
	})
	if err == nil && failed != 0 {
		return failed
	}
	return err
}
