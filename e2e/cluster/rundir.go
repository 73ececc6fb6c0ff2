package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// runDir is a cluster's own folder. Its lock file is held as long as this
// process lives, so that a later run can tell a living cluster's folder from
// one that a killed run left behind.
type runDir struct {
	path string
	lock *os.File
}

// runDirs is the prefix of all clusters' folders.
const runDirs = "swage-cluster-"

func newRunDir() (*runDir, error) {
	if err := removeAbandoned(os.TempDir()); err != nil {
		return nil, err
	}
	path, lock, err := lockedDir()
	if err != nil {
		return nil, err
	}
	return &runDir{path: path, lock: lock}, os.Mkdir(filepath.Join(path, "logs"), 0o700)
}

// lockedDir makes a folder that gets its name only when it is locked: without
// that, another run could take it for an abandoned one in between.
func lockedDir() (string, *os.File, error) {
	unnamed, err := os.MkdirTemp("", "new-"+runDirs)
	if err != nil {
		return "", nil, err
	}
	lock, err := tryLock(unnamed)
	if err != nil {
		return "", nil, err
	}
	path := filepath.Join(filepath.Dir(unnamed), strings.TrimPrefix(filepath.Base(unnamed), "new-"))
	return path, lock, os.Rename(unnamed, path)
}

// removeAbandoned removes the folders whose owner is gone.
func removeAbandoned(parent string) error {
	dirs, err := filepath.Glob(filepath.Join(parent, runDirs+"*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		lock, err := tryLock(dir)
		if err != nil {
			continue // it is in use, or another user's
		}
		err = os.RemoveAll(dir)
		lock.Close()
		if err != nil {
			return fmt.Errorf("remove what a killed run left: %w", err)
		}
	}
	return nil
}

func tryLock(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func (d *runDir) file(name string) string { return filepath.Join(d.path, name) }

func (d *runDir) log(name string) string { return filepath.Join(d.path, "logs", name) }

// write puts a file into the folder and returns its path.
func (d *runDir) write(name string, data []byte) (string, error) {
	path := d.file(name)
	return path, os.WriteFile(path, data, 0o600)
}

// keepLogs copies the logs into a new folder below parent.
func (d *runDir) keepLogs(parent string) (string, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	kept, err := os.MkdirTemp(parent, "cluster-")
	if err != nil {
		return "", err
	}
	return kept, os.CopyFS(kept, os.DirFS(d.file("logs")))
}

func (d *runDir) remove() error {
	defer d.lock.Close()
	return os.RemoveAll(d.path)
}
