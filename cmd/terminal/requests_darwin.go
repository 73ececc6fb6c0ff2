package terminal

import "syscall"

// The requests of tty(4) that read and write a terminal's settings.
const (
	getTermios = syscall.TIOCGETA
	setTermios = syscall.TIOCSETA
)
