package pty_test

import (
	"os/exec"
	"testing"

	"swage.dev/swage/e2e/pty"
)

// A program sees a terminal as a person has it: its size, its keys, and that it is gone.
func TestAProgramOnATerminal(t *testing.T) {
	s := pty.Start(t, exec.CommandContext(t.Context(), "sh", "-c", `test -t 0 && trap 'stty size' WINCH; trap 'exit 7' HUP; echo ready; while :; do sleep 0.01; done`))
	s.Awaits(t, "ready", 1)
	if s.Raw(t) {
		t.Error("it is raw")
	}
	s.Resize(t, 101, 37)
	s.Awaits(t, "37 101", 1)
	s.HangUp()
	if code := s.Ends(t); code != 7 {
		t.Errorf("exit code %d", code)
	}
}

func TestKeysArrive(t *testing.T) {
	s := pty.Start(t, exec.CommandContext(t.Context(), "cat"))
	s.Types(t, "hello\n")
	s.Awaits(t, "hello\r\n", 2) // its echo, and what was read
	s.Types(t, "\x04")
	if code := s.Ends(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
