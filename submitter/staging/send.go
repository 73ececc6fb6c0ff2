package staging

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"
)

// piece is how much is read of a file at a time.
const piece = 256 << 10

// Send writes the stream of files. It ends in the middle, without a manifest, when a file cannot be read or is not the one that was
// planned (ErrChanged), when the context ends, or when nobody reads. told gets the number of bytes of files written so far, after
// each piece of 256 KiB at most; nil is nobody.
func Send(ctx context.Context, w io.Writer, files fs.FS, list []File, told func(bytes int64)) error {
	s := &sender{ctx: ctx, archive: tar.NewWriter(w), told: told, buffer: make([]byte, piece)}
	for _, f := range list {
		if err := s.send(files, f); err != nil {
			return fmt.Errorf("sending /%s: %w", f.Source, err)
		}
	}
	if err := s.entry(Manifest, int64(s.manifest.Len())); err != nil {
		return err
	}
	if _, err := io.WriteString(s.archive, s.manifest.String()); err != nil {
		return err
	}
	return s.archive.Close()
}

type sender struct {
	ctx      context.Context
	archive  *tar.Writer
	manifest strings.Builder
	sent     int64
	told     func(int64)
	buffer   []byte
}

func (s *sender) entry(name string, size int64) error {
	return s.archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: readable})
}

func (s *sender) send(files fs.FS, f File) error {
	opened, err := Open(files, f)
	if err != nil {
		return err
	}
	defer opened.Close()
	if err := s.entry(f.Place, f.Size); err != nil {
		return err
	}
	sum := sha256.New()
	if err := s.content(opened, sum); err != nil {
		return err
	}
	fmt.Fprintf(&s.manifest, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), f.Place)
	return nil
}

func (s *sender) content(opened io.Reader, sum hash.Hash) error {
	for {
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		n, err := opened.Read(s.buffer)
		sum.Write(s.buffer[:n])
		if _, failed := s.archive.Write(s.buffer[:n]); failed != nil {
			return failed
		}
		s.sent += int64(n)
		if s.told != nil && n > 0 {
			s.told(s.sent)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
