package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cgroupRoot is where Linux distributions mount control groups.
const cgroupRoot = "/sys/fs/cgroup"

// controlGroups are a machine's own, one folder in each hierarchy: there are
// several in version 1 and one in version 2.
type controlGroups struct {
	name        string
	hierarchies []string
}

// newControlGroups makes the groups, named after a folder, and removes those
// whose folder does not exist any more.
func newControlGroups(dir string) (controlGroups, error) {
	g := controlGroups{name: "swage-" + filepath.Base(dir)}
	var err error
	if g.hierarchies, err = hierarchies(); err != nil {
		return g, err
	}
	if err := g.removeAbandoned(filepath.Dir(dir)); err != nil {
		return g, err
	}
	if _, err = g.make(""); err != nil {
		return g, err
	}
	return g, g.weigh()
}

// weigh gives the machine the processor time of several programs. By default
// the kernel gives a whole group as much as one process beside it: on a busy
// machine the pods would all but stand still.
func (g controlGroups) weigh() error {
	const programs = 8
	for file, usual := range map[string]int{"cpu.shares": 1024, "cpu.weight": 100} { // versions 1 and 2
		for _, hierarchy := range g.hierarchies {
			path := filepath.Join(hierarchy, g.name, file)
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				continue // another controller's
			}
			if err := os.WriteFile(path, []byte(strconv.Itoa(programs*usual)), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// hierarchies finds where groups can be made: each controller's folder in
// version 1, the root itself in version 2.
func hierarchies() ([]string, error) {
	if _, err := os.Stat(filepath.Join(cgroupRoot, "cgroup.controllers")); err == nil {
		return []string{cgroupRoot}, nil
	}
	found, err := filepath.Glob(filepath.Join(cgroupRoot, "*", "cgroup.procs"))
	for i, file := range found {
		found[i] = filepath.Dir(file)
	}
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no control groups are mounted at %s", cgroupRoot)
	}
	return found, err
}

// make makes a group in every hierarchy and returns its path within them.
func (g controlGroups) make(name string) (string, error) {
	path := filepath.Join("/", g.name, name)
	for _, hierarchy := range g.hierarchies {
		group := filepath.Join(hierarchy, path)
		if err := os.Mkdir(group, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		if err := errors.Join(inheritCPUs(group), inheritControllers(group)); err != nil {
			return "", err
		}
	}
	return path, nil
}

// inheritCPUs fills what a new group of the cpuset controller, version 1, has
// empty: no process can join it until then.
func inheritCPUs(group string) error {
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		value, err := os.ReadFile(filepath.Join(filepath.Dir(group), file))
		if errors.Is(err, fs.ErrNotExist) {
			continue // another controller, or version 2's root
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(group, file), value, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// inheritControllers gives a group of version 2 the controllers that its parent
// has: the kubelet refuses a group without them. In the root they stay switched
// on, as systemd and container runtimes leave them.
func inheritControllers(group string) error {
	parent := filepath.Dir(group)
	has, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // version 1: a hierarchy is a controller
	}
	if err != nil {
		return err
	}
	for _, controller := range strings.Fields(string(has)) {
		if !slices.Contains(kubeletControllers(), controller) {
			continue
		}
		if err := os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0o644); err != nil {
			return fmt.Errorf("hand down the controller %s: %w", controller, err)
		}
	}
	return nil
}

// kubeletControllers are those that a kubelet looks for.
func kubeletControllers() []string { return []string{"cpu", "cpuset", "hugetlb", "memory", "pids"} }

// removeAbandoned removes groups of machines whose folder is gone, which the
// next run removes: what was killed has no process left.
func (g controlGroups) removeAbandoned(dirs string) error {
	var errs []error
	for _, hierarchy := range g.hierarchies {
		groups, err := filepath.Glob(filepath.Join(hierarchy, "swage-*"))
		errs = append(errs, err)
		for _, group := range groups {
			dir := filepath.Join(dirs, filepath.Base(group)[len("swage-"):])
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err := removeTree(group); !errors.Is(err, syscall.EBUSY) { // busy: somebody's whose folder is elsewhere
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// removeTimeout is how long the kernel may take to bury the last process of a
// group: it is killed when remove is called, but dies asynchronously, and others
// use the machine.
const removeTimeout = time.Minute

// remove removes the groups, once they are empty.
func (g controlGroups) remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, removeTimeout)
	defer cancel()
	var errs []error
	for _, hierarchy := range g.hierarchies {
		errs = append(errs, removeWhenEmpty(ctx, filepath.Join(hierarchy, g.name)))
	}
	return errors.Join(errs...)
}

func removeWhenEmpty(ctx context.Context, group string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := removeTree(group)
		if !errors.Is(err, syscall.EBUSY) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// removeTree removes a group and those below it. Their files cannot be removed
// and go with them, so os.RemoveAll does not do.
func removeTree(group string) error {
	var dirs []string
	err := filepath.WalkDir(group, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone already
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, dir := range slices.Backward(dirs) {
		if err := syscall.Rmdir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &fs.PathError{Op: "rmdir", Path: dir, Err: err}
		}
	}
	return nil
}
