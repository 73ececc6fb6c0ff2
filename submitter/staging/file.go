package staging

import (
	"errors"
	"fmt"
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

// Bytes is the size of all files together.
func Bytes(files []File) int64 {
	sum := int64(0)
	for _, f := range files {
		sum += f.Size
	}
	return sum
}

// same tells whether a file is still the one that was planned.
func (f File) same(info fs.FileInfo) error {
	if info.Size() != f.Size || !info.ModTime().Equal(f.Changed) {
		return ErrChanged
	}
	return nil
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
