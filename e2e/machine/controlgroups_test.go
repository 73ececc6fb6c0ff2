//go:build node

package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"swage.dev/swage/e2e/process"
)

// Most machines have one hierarchy, version 2. Where this one has several, a
// thread's own mount of version 2 shows those controllers that none of them uses.
func TestAGroupOfVersion2HasTheControllersOfItsParent(t *testing.T) {
	var err error
	process.OnOwnThread(func() {
		err = errors.Join(unix.Unshare(unix.CLONE_FS|unix.CLONE_NEWNS),
			unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
			unix.Mount("cgroup2", cgroupRoot, "cgroup2", 0, ""))
		if err == nil {
			err = handedDown(filepath.Join(t.TempDir(), "version2"))
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func handedDown(dir string) error {
	g, err := newControlGroups(dir)
	if err != nil {
		return err
	}
	defer func() { _ = removeTree(filepath.Join(cgroupRoot, g.name)) }()
	path, err := g.make("node")
	if err != nil {
		return err
	}
	want, err := controllersOf(cgroupRoot)
	if err != nil {
		return err
	}
	got, err := controllersOf(filepath.Join(cgroupRoot, path))
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("the group has the controllers %v, want %v", got, want)
	}
	return err
}

// controllersOf are those of a group that a kubelet looks for.
func controllersOf(group string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(group, "cgroup.controllers"))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(strings.Fields(string(text)), func(name string) bool {
		return !slices.Contains(kubeletControllers(), name)
	}), nil
}
