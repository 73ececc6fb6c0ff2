package main

import (
	"fmt"
	"os"
	"syscall"
	"testing"
)

// The lock says whether there is a holder, the file's text only who: a killed
// holder leaves the text and not the lock.
func TestHolder(t *testing.T) {
	k := keeper{t.TempDir()}
	if pid, err := k.holder(); pid != 0 || err != nil {
		t.Errorf("nobody: got %d, %v", pid, err)
	}
	file, err := os.OpenFile(k.lock(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(file, 4711)
	if pid, err := k.holder(); pid != 0 || err != nil {
		t.Errorf("a killed one: got %d, %v", pid, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if pid, err := k.holder(); pid != 4711 || err != nil {
		t.Errorf("a living one: got %d, %v", pid, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if pid, err := k.holder(); pid != 0 || err != nil {
		t.Errorf("one that ended: got %d, %v", pid, err)
	}
}

// Of two that are told to start a cluster at once the second says so, and leaves the first one's log and word alone.
func TestTheSecondOfTwoThatStart(t *testing.T) {
	k := keeper{t.TempDir()}
	starting, err := k.startAlone()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(k.file("log"), []byte("the first one's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := k.up(t.Context()); err == nil || err.Error() != "a cluster is being started; see "+k.file("log") {
		t.Errorf("the second: %v", err)
	}
	if log, err := os.ReadFile(k.file("log")); err != nil || string(log) != "the first one's" {
		t.Errorf("the first one's log is %q, %v", log, err)
	}
	starting.Close()
	if again, err := k.startAlone(); err != nil {
		t.Errorf("the first has ended: %v", err)
	} else {
		again.Close()
	}
}

func TestDownWithoutAClusterIsDone(t *testing.T) {
	if err := (keeper{t.TempDir()}).down(t.Context()); err != nil {
		t.Error(err)
	}
}

// A killed cluster's line must not be taken for that of the one being started.
func TestWithdrawLeavesNoKeyAndNoWordOfACluster(t *testing.T) {
	k := keeper{t.TempDir()}
	for _, name := range []string{"ready", "kubeconfig"} {
		if err := os.WriteFile(k.file(name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // nothing being there is fine
		if err := k.withdraw(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(k.dir); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}
