package terminal

import "syscall"

// The requests of ioctl_tty(2) that read and write a terminal's settings.
const (
	getTermios = syscall.TCGETS
	setTermios = syscall.TCSETS
)
