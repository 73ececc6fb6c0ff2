// Package rundir makes the folder of one run: its programs' files and logs.
//
// Its lock file is held as long as this process lives, so that a later run can
// tell a living run's folder from one that a killed run left behind, and
// removes the latter.
package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// prefix is that of all runs' folders.
const prefix = "swage-cluster-"

// Dir is a run's own folder. Whoever made it must call Remove.
type Dir struct {
	path string
	lock *os.File
}

// New makes a folder in the one for temporary files, and removes those there
// whose run is gone.
func New() (*Dir, error) {
	if err := removeAbandoned(os.TempDir()); err != nil {
		return nil, err
	}
	path, lock, err := lockedDir()
	if err != nil {
		return nil, err
	}
	return &Dir{path: path, lock: lock}, os.Mkdir(filepath.Join(path, "logs"), 0o700)
}

// lockedDir makes a folder that gets its name only when it is locked: without
// that, another run could take it for an abandoned one in between.
func lockedDir() (string, *os.File, error) {
	unnamed, err := os.MkdirTemp("", "new-"+prefix)
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
	dirs, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
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

// Path is the folder's.
func (d *Dir) Path() string { return d.path }

// File is the path of a file in the folder.
func (d *Dir) File(name string) string { return filepath.Join(d.path, name) }

// Log is where a program should log so that KeepLogs finds it.
func (d *Dir) Log(name string) string { return filepath.Join(d.path, "logs", name) }

// Write puts a file into the folder and returns its path.
func (d *Dir) Write(name string, data []byte) (string, error) {
	path := d.File(name)
	return path, os.WriteFile(path, data, 0o600)
}

// LogsFolder is where logs are kept unless somebody says otherwise: $SWAGE_LOGS,
// or swage-logs in the folder for temporary files.
func LogsFolder() string {
	if folder := os.Getenv("SWAGE_LOGS"); folder != "" {
		return folder
	}
	return filepath.Join(os.TempDir(), "swage-logs")
}

// KeepLogs copies the logs into a new folder below parent.
func (d *Dir) KeepLogs(parent string) (string, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	kept, err := os.MkdirTemp(parent, "cluster-")
	if err != nil {
		return "", err
	}
	return kept, os.CopyFS(kept, os.DirFS(d.File("logs")))
}

// Remove removes the folder.
func (d *Dir) Remove() error {
	defer d.lock.Close()
	return os.RemoveAll(d.path)
}
