package staging

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Manifest is the name of a stream's last entry.
const Manifest = "manifest"

// File is a file to be sent, as it was when it was planned.
type File struct {
	// Source is where it is in the sender's file system, as io/fs writes it.
	Source string
	// Place is where it goes, below the receiver's folder: no ".." and no "/" at its begin.
	Place string
	// Size is in bytes.
	Size int64
	// Changed is its time of modification.
	Changed time.Time
}

// ErrChanged is wrapped by the error about a file that is not the one that was planned any more.
var ErrChanged = errors.New("it changed while it was being submitted: wait until nobody writes it, and submit again")

// Look makes the File for what is at source now. It follows links. It refuses what is no regular file and what may not be read.
func Look(files fs.FS, source, place string) (File, error) {
	if info, err := fs.Stat(files, source); err == nil && info.Mode().Type() == fs.ModeNamedPipe {
		return File{}, errors.New("it is no regular file") // opening it would wait for whoever writes it
	}
	opened, err := files.Open(source)
	if err != nil {
		return File{}, cause(err)
	}
	defer opened.Close()
	info, err := opened.Stat()
	switch {
	case err != nil:
		return File{}, cause(err)
	case info.IsDir():
		return File{}, errors.New("it is a folder: pack it into an archive, and give that")
	case !info.Mode().IsRegular():
		return File{}, errors.New("it is no regular file")
	}
	return File{Source: source, Place: place, Size: info.Size(), Changed: info.ModTime()}, checkPlace(place)
}

// Open opens a file that was planned. What is read is the file as it was planned, or the reader fails with ErrChanged.
func Open(files fs.FS, f File) (io.ReadCloser, error) {
	opened, err := files.Open(f.Source)
	if err != nil {
		return nil, cause(err)
	}
	p := &planned{opened, f, f.Size}
	if err := p.unchanged(); err != nil {
		opened.Close()
		return nil, err
	}
	return p, nil
}

// planned reads as many bytes as were planned. Fewer are a change.
type planned struct {
	fs.File
	plan File
	left int64
}

func (p *planned) Read(buffer []byte) (int, error) {
	if p.left == 0 {
		if err := p.unchanged(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	n, err := p.File.Read(buffer[:min(p.left, int64(len(buffer)))])
	p.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && p.left > 0:
		return n, ErrChanged
	case err != nil && !errors.Is(err, io.EOF):
		return n, cause(err)
	}
	return n, nil
}

func (p *planned) unchanged() error {
	info, err := p.Stat()
	if err != nil {
		return cause(err)
	}
	if info.Size() != p.plan.Size || !info.ModTime().Equal(p.plan.Changed) {
		return ErrChanged
	}
	return nil
}

// Bytes is the size of all files together.
func Bytes(files []File) int64 {
	sum := int64(0)
	for _, f := range files {
		sum += f.Size
	}
	return sum
}

// checkPlace refuses places outside of the receiver's folder, and names that a manifest could not hold in one line.
func checkPlace(place string) error {
	if !fs.ValidPath(place) || place == "." || path.Base(place) == Manifest && path.Dir(place) == "." || strings.ContainsRune(place, '\\') || strings.ContainsFunc(place, isControl) {
		return fmt.Errorf("%q is no name under which a file can be sent", place)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// cause is an error without the file's name, which the caller knows as the user wrote it.
func cause(err error) error {
	if failed, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost names the file
		return failed.Err
	}
	return err
}
