package staging

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// S22: whatever a stream has in it, nothing is written outside of the folder, and nothing but regular files in it.
func TestS22HostileStreams(t *testing.T) {
	regular := func(name string, size int64) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o4777}
	}
	kind := func(typeflag byte) tar.Header {
		return tar.Header{Typeflag: typeflag, Name: "x", Linkname: "/etc/passwd"}
	}
	for _, row := range []struct {
		rule    string
		entries []tar.Header
		want    string
	}{
		{"a name that leads out", []tar.Header{regular("../escaped", 1)}, "no name"},
		{"one that leads out on a way", []tar.Header{regular("a/../../escaped", 1)}, "no name"},
		{"one from the root on", []tar.Header{regular("/escaped", 1)}, "no name"},
		{"a symbolic link", []tar.Header{kind(tar.TypeSymlink)}, "no regular file"},
		{"a hard link", []tar.Header{kind(tar.TypeLink)}, "no regular file"},
		{"a character device", []tar.Header{kind(tar.TypeChar)}, "no regular file"},
		{"a block device", []tar.Header{kind(tar.TypeBlock)}, "no regular file"},
		{"a fifo", []tar.Header{kind(tar.TypeFifo)}, "no regular file"},
		{"a folder", []tar.Header{kind(tar.TypeDir)}, "no regular file"},
		{"more bytes than agreed on", []tar.Header{regular("a", 2), regular("b", 9)}, "more than 10 bytes"},
		{"more files than agreed on", []tar.Header{regular("a", 1), regular("b", 1), regular("c", 1)}, "more than 2 files"},
		{"a file twice", []tar.Header{regular("a", 1), regular("a", 1)}, "comes twice"},
		{"a file in the place of a folder", []tar.Header{regular("a", 1), regular("a/b", 1)}, "writing the files"},
		{"something after the manifest", []tar.Header{regular(Manifest, 1), regular("a", 1)}, "after the manifest"},
		{"fewer files than agreed on", []tar.Header{regular("a", 10), regular(Manifest, 0)}, "expected 2 files"},
		{"another manifest", []tar.Header{regular("a", 5), regular("b", 5), regular(Manifest, 3)}, "do not match"},
		{"no manifest", []tar.Header{regular("a", 5), regular("b", 5)}, "ended after 10 of 10 bytes"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var out bytes.Buffer
			archive := tar.NewWriter(&out)
			for _, header := range row.entries {
				if err := archive.WriteHeader(&header); err != nil {
					t.Fatal(err)
				}
				if _, err := archive.Write(make([]byte, header.Size)); err != nil {
					t.Fatal(err)
				}
			}
			if err := archive.Close(); err != nil {
				t.Fatal(err)
			}
			above := t.TempDir()
			err := Receive(&out, filepath.Join(above, "staged"), Expected{Files: 2, Bytes: 10})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v", err)
			}
			if left, err := os.ReadDir(above); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}

// What was in the folder before is not overwritten, not followed and not removed.
func TestS22WhatIsThereAlready(t *testing.T) {
	above := t.TempDir()
	folder := filepath.Join(above, "staged")
	if err := errors.Join(os.MkdirAll(filepath.Join(folder, "other"), 0o755), os.Symlink(above, filepath.Join(folder, "1"))); err != nil {
		t.Fatal(err)
	}
	files := sample()
	list := look(t, files)
	if err := Receive(bytes.NewReader(stream(t, files, list)), folder, expected(list)); err == nil {
		t.Error("a link that leads out was followed")
	}
	if found, err := os.ReadDir(above); err != nil || len(found) != 1 {
		t.Errorf("written outside: %v, %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "other")); err != nil {
		t.Error(err)
	}
}

// S22: a full disk is told as one. (On a node a volume is filled, too.)
func TestS22AFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	_, err = io.Copy(&disk{full}, strings.NewReader("x"))
	var failed *diskError
	if !errors.As(err, &failed) || !errors.Is(failed.err, syscall.ENOSPC) {
		t.Fatalf("got %v", err)
	}
	if told := writing(failed.err).Error(); !strings.HasPrefix(told, "the volume for the files is full") {
		t.Error(told)
	}
}

// Any bytes at all: no panic, no file outside, and never success by accident.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("not a tar archive"))
	f.Add(make([]byte, 1024))
	f.Fuzz(func(t *testing.T, text []byte) {
		above := t.TempDir()
		if err := Receive(bytes.NewReader(text), filepath.Join(above, "staged"), Expected{Files: 1, Bytes: 1}); err == nil {
			t.Error("taken for a whole stream")
		}
		if left, err := os.ReadDir(above); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	})
}
