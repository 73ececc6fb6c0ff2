package app

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// S22: what was received for nothing is removed, and nothing beside it.
func TestS22Remove(t *testing.T) {
	above := t.TempDir()
	for _, folder := range []string{"spark-upload-1/1", "spark-upload-2/1"} {
		if err := os.MkdirAll(filepath.Join(above, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		rule string
		args []string
		code int
	}{
		{"a folder", []string{filepath.Join(above, "spark-upload-1")}, exitOK},
		{"one that is gone", []string{filepath.Join(above, "spark-upload-1")}, exitOK},
		{"none", nil, exitUsage},
		{"an empty name", []string{""}, exitUsage},
		{"a name below somewhere", []string{"spark-upload-2"}, exitUsage},
		{"everything", []string{"/opt/.."}, exitUsage},
	} {
		var stderr bytes.Buffer
		if code := Main(t.Context(), append([]string{"remove"}, row.args...), nil, &stderr, &stderr); code != row.code {
			t.Errorf("%s: %d, %s", row.rule, code, &stderr)
		}
	}
	if left, err := os.ReadDir(above); err != nil || len(left) != 1 || left[0].Name() != "spark-upload-2" {
		t.Errorf("left %v, %v", left, err)
	}
}
