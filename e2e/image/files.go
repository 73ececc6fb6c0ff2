package image

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"strings"
)

// File is one file of a layer.
type File struct {
	// Path is where it lies in the image, without a leading slash. One that ends
	// with a slash is a folder, for its permissions.
	Path string
	// From is the file that it is a copy of. Empty: Text is its content.
	From, Text string
	// Mode is its permissions.
	Mode int64
	// Link makes it a symbolic link to that path.
	Link string
}

// Files are a small layer, made in memory. All belong to root and have no date.
type Files []File

// Open writes the archive.
func (f Files) Open() (io.ReadCloser, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, file := range f {
		if err := file.writeTo(w); err != nil {
			return nil, err
		}
	}
	return io.NopCloser(&archive), w.Close()
}

func (f File) writeTo(w *tar.Writer) error {
	header := &tar.Header{Name: f.Path, Mode: f.Mode, Typeflag: tar.TypeReg}
	if f.Link != "" {
		header.Typeflag, header.Linkname = tar.TypeSymlink, f.Link
		return w.WriteHeader(header)
	}
	if strings.HasSuffix(f.Path, "/") {
		header.Typeflag = tar.TypeDir
		return w.WriteHeader(header)
	}
	content := []byte(f.Text)
	if f.From != "" {
		var err error
		if content, err = os.ReadFile(f.From); err != nil {
			return err
		}
	}
	header.Size = int64(len(content))
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}

// Archive is a layer in a tar file.
type Archive string

// Open opens the file.
func (a Archive) Open() (io.ReadCloser, error) { return os.Open(string(a)) }
