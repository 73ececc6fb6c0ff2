// Package archive writes and reads .tar.gz files of which the same contents
// give the same bytes: no owners, no dates, the order that the caller says.
package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
)

// File is a regular file in an archive. Archives hold nothing else: krew, for
// one, refuses links.
type File struct {
	// Name is its path, with slashes and without a leading one.
	Name string
	// Mode is its permissions.
	Mode    int64
	Content []byte
}

// Write writes an archive. It gets its name when it is whole.
func Write(path string, files []File) error {
	out, err := os.Create(path + ".unfinished")
	if err != nil {
		return err
	}
	defer out.Close()
	if err := write(out, files); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

func write(out io.Writer, files []File) error {
	// A header without name and time is gzip's own way to say nothing.
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(packed)
	for _, file := range files {
		header := &tar.Header{Name: file.Name, Mode: file.Mode, Size: int64(len(file.Content)), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(file.Content); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), packed.Close())
}

// Read reads an archive's regular files, in their order.
func Read(path string) ([]File, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	packed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	var files []File
	for r := tar.NewReader(packed); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: header.Name, Mode: header.Mode, Content: text})
	}
}
