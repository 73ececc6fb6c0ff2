package archive_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"swage.dev/swage/e2e/archive"
)

var files = []archive.File{
	{Name: "program", Mode: 0o755, Content: []byte("#!/bin/sh\n")},
	{Name: "a/LICENSE", Mode: 0o644, Content: []byte("free\n")},
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar.gz")
	if err := archive.Write(path, files); err != nil {
		t.Fatal(err)
	}
	if got, err := archive.Read(path); err != nil || !reflect.DeepEqual(got, files) {
		t.Errorf("read %v, %v", got, err)
	}
}

func TestAnArchiveHasNoDatesAndNoOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar.gz")
	if err := archive.Write(path, files); err != nil {
		t.Fatal(err)
	}
	packed := unzip(t, path)
	if !packed.ModTime.IsZero() || packed.Name != "" {
		t.Errorf("gzip's header says %+v", packed.Header)
	}
	for r := tar.NewReader(packed); ; {
		header, err := r.Next()
		if err != nil {
			break
		}
		if header.ModTime.Unix() != 0 || header.Uid != 0 || header.Gid != 0 || header.Uname != "" || len(header.PAXRecords) > 0 {
			t.Errorf("%s has %+v", header.Name, header)
		}
	}
}

func unzip(t *testing.T, path string) *gzip.Reader {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestAFailureLeavesNoFileOfThatName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar.gz")
	if err := archive.Write(path, []archive.File{{Name: string(make([]byte, 300)), Mode: 0o644}}); err == nil {
		t.Error("a name that no header holds is written")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("an unfinished archive has the name of a finished one")
	}
}
