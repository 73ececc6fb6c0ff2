//go:build unix

package delegation

import (
	"os/exec"
	"syscall"
)

// endsTogether gives a command a process group, which is told to end as one:
// spark-submit is a shell's, whose end need not be that of the JVM.
func endsTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
