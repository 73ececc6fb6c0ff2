// Command pause does nothing until it is told to end, and buries what dies
// around it: the first process of a PID namespace, of a test machine or a pod.
package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	died := make(chan os.Signal, 1)
	signal.Notify(died, syscall.SIGCHLD)
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	for {
		reap()
		select {
		case <-died:
		case <-end:
			return
		}
	}
}

// reap buries every orphan that has died: one signal may stand for several.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if pid <= 0 && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}
