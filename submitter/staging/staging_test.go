package staging

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// sample has what is easily got wrong: an empty file, one larger than any buffer, names of other alphabets.
func sample() fstest.MapFS {
	large := make([]byte, 3*piece+7)
	for i := range large {
		large[i] = byte(rand.N(256))
	}
	return fstest.MapFS{
		"home/job.py":        {Data: []byte("print('hello')\n"), ModTime: noon},
		"home/empty":         {ModTime: noon},
		"home/large.jar":     {Data: large, ModTime: noon},
		"home/größe und #.x": {Data: []byte("x"), ModTime: noon},
	}
}

func look(t *testing.T, files fs.FS) []File {
	t.Helper()
	var list []File
	for i, source := range []string{"home/job.py", "home/empty", "home/large.jar", "home/größe und #.x"} {
		file, err := Look(files, source, string(rune('1'+i))+"/"+filepath.Base(source))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	return list
}

func stream(t *testing.T, files fs.FS, list []File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Send(t.Context(), &out, files, list, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func expected(list []File) Expected { return Expected{Files: len(list), Bytes: Bytes(list)} }

// S22: what was sent is there, byte for byte, and every user may read it, whatever the receiver's umask.
func TestS22FilesArrive(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	files := sample()
	list := look(t, files)
	folder := filepath.Join(t.TempDir(), "new", "folder")
	if err := Receive(bytes.NewReader(stream(t, files, list)), folder, expected(list)); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		name := filepath.Join(folder, f.Place)
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, files[f.Source].Data) {
			t.Errorf("%s: %v, %d bytes", f.Place, err, len(got))
		}
		for name, want := range map[string]os.FileMode{name: readable, filepath.Dir(name): reachable} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v %v", name, info.Mode(), err)
			}
		}
	}
	if found, err := os.ReadDir(folder); err != nil || len(found) != len(list) {
		t.Errorf("%v, %v", found, err)
	}
}

// S22: a stream that ends anywhere before its end is not taken for a whole one, and leaves nothing. (What comes after the
// manifest is padding, which says nothing.)
func TestS22ABrokenStreamLeavesNothing(t *testing.T) {
	files := sample()
	list := look(t, files)
	whole := stream(t, files, list)
	end := bytes.Index(whole, []byte("  4/größe und #.x\n")) + len("  4/größe und #.x\n")
	cuts := []int{0, 1, 511, 512, 513, 1024, end - 1}
	for range 40 {
		cuts = append(cuts, rand.N(end))
	}
	for _, cut := range cuts {
		folder := filepath.Join(t.TempDir(), "staged")
		err := Receive(bytes.NewReader(whole[:cut]), folder, expected(list))
		if !errors.Is(err, ErrBroken) {
			t.Errorf("cut at %d of %d: %v", cut, len(whole), err)
		}
		if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("cut at %d: the folder is left", cut)
		}
	}
}

// S22: a byte that changed on its way is noticed.
func TestS22AnotherContentIsRefused(t *testing.T) {
	files := sample()
	list := look(t, files)
	whole := stream(t, files, list)
	whole[bytes.Index(whole, files["home/large.jar"].Data)+piece] ^= 1
	if err := Receive(bytes.NewReader(whole), t.TempDir(), expected(list)); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "do not match") {
		t.Error(err)
	}
}

// Where our own receiver is not at hand, tar and sha256sum read the same stream.
func TestS22TarReadsTheStream(t *testing.T) {
	files := sample()
	list := look(t, files)
	folder := t.TempDir()
	tar := exec.CommandContext(t.Context(), "tar", "-x", "-f", "-", "-C", folder)
	tar.Stdin = bytes.NewReader(stream(t, files, list))
	if out, err := tar.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", Manifest)
	check.Dir = folder
	if out, err := check.CombinedOutput(); err != nil || bytes.Count(out, []byte(": OK\n")) != len(list) {
		t.Fatalf("%v: %s", err, out)
	}
}

// The sender holds no file in memory: all of its writes are small, and it tells how far it is.
func TestS22SendingIsPieceByPiece(t *testing.T) {
	files := sample()
	list := look(t, files)
	longest, last := 0, int64(0)
	err := Send(t.Context(), writer(func(p []byte) (int, error) {
		longest = max(longest, len(p))
		return len(p), nil
	}), files, list, func(bytes int64) {
		if bytes <= last {
			t.Errorf("told %d after %d", bytes, last)
		}
		last = bytes
	})
	if err != nil || longest > piece || last != Bytes(list) {
		t.Errorf("%v, %d bytes at once, told %d of %d", err, longest, last, Bytes(list))
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// S22: a file that is not the one that was planned any more ends the stream in the middle.
func TestS22AFileThatChanges(t *testing.T) {
	for _, row := range []struct {
		rule   string
		change func(files fstest.MapFS)
		want   error
	}{
		{"it grew", func(f fstest.MapFS) { f["home/job.py"].Data = append(f["home/job.py"].Data, '#') }, ErrChanged},
		{"it shrank", func(f fstest.MapFS) { f["home/job.py"].Data = []byte("#") }, ErrChanged},
		{"it was written anew, as long as before", func(f fstest.MapFS) { f["home/job.py"].ModTime = noon.Add(time.Second) }, ErrChanged},
		{"it vanished", func(f fstest.MapFS) { delete(f, "home/job.py") }, fs.ErrNotExist},
	} {
		files := sample()
		list := look(t, files)
		row.change(files)
		var out bytes.Buffer
		err := Send(t.Context(), &out, files, list, nil)
		if !errors.Is(err, row.want) || !strings.Contains(err.Error(), "/home/job.py") {
			t.Errorf("%s: %v", row.rule, err)
		}
		if err := Receive(&out, t.TempDir(), expected(list)); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: received %v", row.rule, err)
		}
	}
}

// A file that changes while it is read is noticed after it.
func TestS22AFileThatChangesMeanwhile(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "log.txt")
	if err := os.WriteFile(name, make([]byte, 2*piece), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := Look(os.DirFS(folder), "log.txt", "1/log.txt")
	if err != nil {
		t.Fatal(err)
	}
	err = Send(t.Context(), io.Discard, os.DirFS(folder), []File{file}, func(int64) {
		if err := os.Chtimes(name, noon, noon); err != nil {
			t.Error(err)
		}
	})
	if !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
}

func TestSendingStops(t *testing.T) {
	files := sample()
	list := look(t, files)
	enough := errors.New("enough")
	ctx, stop := context.WithCancelCause(t.Context())
	err := Send(ctx, io.Discard, files, list, func(int64) { stop(enough) })
	if !errors.Is(err, enough) {
		t.Error(err)
	}
	if err := Send(t.Context(), writer(func([]byte) (int, error) { return 0, io.ErrClosedPipe }), files, list, nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("nobody reads: %v", err)
	}
}

// What cannot be sent is refused before anything is created.
func TestS22WhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	for name, make := range map[string]func(string) error{
		"dir":    func(name string) error { return os.Mkdir(name, 0o755) },
		"device": func(name string) error { return os.Symlink("/dev/null", name) },
		"loop":   func(name string) error { return os.Symlink(name, name) },
		"file":   func(name string) error { return os.WriteFile(name, []byte("x"), 0o600) },
		"link":   func(name string) error { return os.Symlink(filepath.Join(filepath.Dir(name), "file"), name) },
	} {
		if err := make(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"dir": "pack it", "device": "no regular file", "loop": "too many levels", "absent": "no such file",
	} {
		if _, err := Look(os.DirFS(folder), name, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if file, err := Look(os.DirFS(folder), "link", "1/link"); err != nil || file.Size != 1 {
		t.Errorf("a link to a file is the file: %+v, %v", file, err)
	}
	for _, place := range []string{"", ".", "..", "../x", "/x", "a//b", "a/../b", "manifest", "a\nb", `a\b`, "a\x00b"} {
		if _, err := Look(os.DirFS(folder), "file", place); err == nil {
			t.Errorf("the place %q was taken", place)
		}
	}
}
