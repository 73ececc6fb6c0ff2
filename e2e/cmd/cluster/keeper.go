package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"swage.dev/swage/e2e/cachedir"
)

// keeper knows where the one that holds the cluster leaves word.
type keeper struct{ dir string }

func newKeeper() (keeper, error) {
	dir, err := cachedir.Of("cluster")
	if err != nil {
		return keeper{}, err
	}
	return keeper{dir}, os.MkdirAll(dir, 0o700)
}

func (k keeper) file(name string) string { return filepath.Join(k.dir, name) }

// lock is held by the process that holds the cluster; the kernel frees it. Its
// file has that process's number.
func (k keeper) lock() string { return k.file("pid") }

// holder is the process that holds the cluster; 0: there is none.
func (k keeper) holder() (int, error) {
	file, err := os.OpenFile(k.lock(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return 0, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// up starts a holder and waits until it says that the cluster can be used.
func (k keeper) up(ctx context.Context) error {
	starting, err := k.startAlone()
	if err != nil {
		return err
	}
	defer starting.Close()
	if pid, err := k.holder(); err != nil || pid != 0 {
		return errors.Join(err, k.tell())
	}
	if err := k.withdraw(); err != nil {
		return err
	}
	log, err := os.Create(k.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	hold := exec.Command(self, "hold") //nolint:noctx // it outlives this process
	hold.Stdout, hold.Stderr = log, log
	hold.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := hold.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- hold.Wait() }()
	if err := k.awaitReady(ctx, ended); err != nil {
		return err
	}
	return k.tell()
}

// startAlone is a lock for as long as the cluster is being started: of two that
// begin at once neither would see the other's holder yet.
func (k keeper) startAlone() (*os.File, error) {
	file, err := os.OpenFile(k.file("starting"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = k.beingStarted()
		}
		return nil, err
	}
	return file, nil
}

func (k keeper) beingStarted() error {
	return fmt.Errorf("a cluster is being started; see %s", k.file("log"))
}

func (k keeper) awaitReady(ctx context.Context, ended <-chan error) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; it may still come up: see %s", ctx.Err(), k.file("log"))
		case err := <-ended:
			text, _ := os.ReadFile(k.file("log")) // all that can be said is in it
			return fmt.Errorf("it did not start: %w\n%s", err, text)
		case <-tick.C:
			if _, err := os.Stat(k.file("ready")); err == nil {
				return nil
			}
		}
	}
}

// tell says how to use the cluster, in one line that a shell understands.
func (k keeper) tell() error {
	text, err := os.ReadFile(k.file("ready"))
	if err != nil {
		return k.beingStarted()
	}
	fmt.Print(string(text))
	return nil
}

// down ends the holder and waits until nothing is left.
func (k keeper) down(ctx context.Context) error {
	pid, err := k.holder()
	if err != nil || pid == 0 {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if left, err := k.holder(); err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
