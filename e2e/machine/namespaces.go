package machine

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// namespaces are open handles of a process's namespaces.
type namespaces []namespace

type namespace struct {
	kind int
	file *os.File
}

func openNamespaces(pid int) (namespaces, error) {
	var spaces namespaces
	for _, n := range []struct {
		kind int
		name string
	}{
		{unix.CLONE_NEWNET, "net"},
		{unix.CLONE_NEWIPC, "ipc"},
		{unix.CLONE_NEWUTS, "uts"},
		{unix.CLONE_NEWPID, "pid"},
		{unix.CLONE_NEWNS, "mnt"},
	} {
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, n.name))
		if err != nil {
			spaces.close()
			return nil, fmt.Errorf("open the machine's namespaces: %w", err)
		}
		spaces = append(spaces, namespace{n.kind, file})
	}
	return spaces, nil
}

// enter moves the calling thread, which must be locked to its goroutine and end
// with it. The PID namespace is that of its future children.
func (s namespaces) enter() error {
	// A thread that shares its root and working directory with others, as Go's
	// do, may not change its mounts.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("unshare the thread's working directory: %w", err)
	}
	for _, n := range s {
		if err := unix.Setns(int(n.file.Fd()), n.kind); err != nil {
			return fmt.Errorf("enter %s: %w", n.file.Name(), err)
		}
	}
	return nil
}

func (s namespaces) close() {
	for _, n := range s {
		n.file.Close()
	}
}
