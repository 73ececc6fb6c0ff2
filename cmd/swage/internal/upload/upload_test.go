package upload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/staging"
)

func planOf(t *testing.T, files fstest.MapFS, to string) *submitter.Upload {
	t.Helper()
	u := &submitter.Upload{Path: to}
	for _, name := range []string{"a.jar", "b.jar"} {
		f, err := staging.Look(files, name, "spark-upload-"+name+"/"+name)
		if err != nil {
			t.Fatal(err)
		}
		u.Files = append(u.Files, f)
	}
	return u
}

// S23: all files or none of them: one that changes, vanishes, or whose time is over takes the others back.
func TestS23AllOrNothing(t *testing.T) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	for _, row := range []struct {
		rule  string
		ctx   context.Context
		spoil func(fstest.MapFS)
		want  error
	}{
		{"a file changes", t.Context(), func(f fstest.MapFS) { f["b.jar"].Data = []byte("another") }, staging.ErrChanged},
		{"a file vanishes", t.Context(), func(f fstest.MapFS) { delete(f, "b.jar") }, os.ErrNotExist},
		{"who uploads is interrupted", gone, func(fstest.MapFS) {}, context.Canceled},
	} {
		folder := filepath.Join(t.TempDir(), "shared")
		files := fstest.MapFS{"a.jar": {Data: []byte("a")}, "b.jar": {Data: []byte("b")}}
		u := planOf(t, files, "file://"+folder)
		row.spoil(files)
		if _, err := Put(row.ctx, u, Options{Files: files}); !errors.Is(err, row.want) || !strings.Contains(err.Error(), ".jar to file://") {
			t.Errorf("%s: %v", row.rule, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s: left %v, %v", row.rule, left, err)
		}
	}
}

// Whoever fails later takes back what was put, and is told how far it was.
func TestS23Undo(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shared")
	files := fstest.MapFS{"a.jar": {Data: []byte("aa")}, "b.jar": {Data: []byte("b")}}
	told := int64(0)
	ctx, stop := context.WithCancel(t.Context())
	undo, err := Put(ctx, planOf(t, files, folder), Options{Files: files, Told: func(bytes int64) { told = bytes }})
	if err != nil || told != 3 {
		t.Fatalf("%v, told %d", err, told)
	}
	text, err := os.ReadFile(filepath.Join(folder, "spark-upload-a.jar", "a.jar"))
	if err != nil || string(text) != "aa" {
		t.Errorf("%q, %v", text, err)
	}
	stop()
	if err := undo(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestS23Paths(t *testing.T) {
	for place, want := range map[string]folder{
		"/mnt/x": "/mnt/x", "file:///mnt/x/": "/mnt/x", "file:/mnt/x": "/mnt/x", "file:///mnt/a%20b": "/mnt/a b",
		"mnt/x": "", "file:x": "", "file://host/x": "",
	} {
		if got, err := openFolder(place); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", place, got, err)
		}
	}
}

// S23: settings that are wrong are a refusal, as all of the command line is, and no failure of a store.
func TestS23WrongSettingsAreRefused(t *testing.T) {
	files := fstest.MapFS{"a.jar": {Data: []byte("a")}, "b.jar": {Data: []byte("b")}}
	unset := func(string) (string, bool) { return "", false }
	for _, row := range []struct{ to, setting, value string }{
		{"relative", "", ""},
		{"s3a://bucket", "fs.s3a.path.style.access", "maybe"},
		{"s3a://bucket", "fs.s3a.endpoint", "ftp://x"},
		{"s3a://bucket", "fs.s3a.aws.credentials.provider", "org.example.Provider"},
	} {
		u := planOf(t, files, row.to)
		u.Hadoop = map[string]string{row.setting: row.value}
		if _, err := Put(t.Context(), u, Options{Files: files, Env: unset}); !errors.Is(err, submitter.ErrRefused) {
			t.Errorf("%v: %v", row, err)
		}
	}
}
