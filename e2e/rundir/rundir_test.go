package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAKilledRunsFolderIsRemovedByTheNext(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	abandoned := filepath.Join(os.TempDir(), prefix+"123")
	if err := os.MkdirAll(filepath.Join(abandoned, "etcd"), 0o700); err != nil {
		t.Fatal(err)
	}
	living := newDir(t)
	newDir(t)
	if _, err := os.Stat(abandoned); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the killed run's folder is still there: %v", err)
	}
	if _, err := os.Stat(living.path); err != nil {
		t.Errorf("a living cluster lost its folder: %v", err)
	}
}

func newDir(t *testing.T) *Dir {
	t.Helper()
	dir, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dir.Remove(); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestLogsFolder(t *testing.T) {
	t.Setenv("TMPDIR", "/temporary")
	rows := []struct{ said, want string }{{"", "/temporary/swage-logs"}, {"/kept", "/kept"}}
	for _, row := range rows {
		t.Setenv("SWAGE_LOGS", row.said)
		if got := LogsFolder(); got != row.want {
			t.Errorf("SWAGE_LOGS=%s: got %s, want %s", row.said, got, row.want)
		}
	}
}
