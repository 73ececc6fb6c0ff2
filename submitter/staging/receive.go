package staging

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// Who reads what was received is not known: any user may.
const (
	readable  = 0o644
	reachable = 0o755
)

// mostOfAManifest is how many bytes a manifest may have: those of more files than anybody sends.
const mostOfAManifest = 16 << 20

// BeginTime is how long whoever receives waits until something comes: whoever sends sees at once that there is somebody to send to, or
// is gone without having been connected, of which nothing else tells.
const BeginTime = 2 * time.Minute

// Expected is what a stream must have, no more and no less.
type Expected struct {
	Files int
	Bytes int64
}

// ErrBroken is wrapped by the error about a stream that is not whole.
var ErrBroken = errors.New("not all files arrived")

// Receive writes the files of a stream below a folder, which it makes. Whatever the stream has in it, nothing is written elsewhere:
// links, devices, names that lead out, names that come twice, and more than was expected are refused. Unless it returns nil, the
// folder is gone again. All users may read what it wrote.
func Receive(r io.Reader, folder string, want Expected) error {
	return receive(r, folder, &receiver{want: want})
}

func receive(r io.Reader, folder string, got *receiver) error {
	if err := os.MkdirAll(folder, reachable); err != nil {
		return writing(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return writing(err)
	}
	defer root.Close()
	got.root, got.sums = root, map[string]string{}
	if err := got.all(r); err != nil {
		return errors.Join(err, got.remove())
	}
	return nil
}

type receiver struct {
	root     *os.Root
	want     Expected
	lasting  bool // files are on the disk, not only on their way to it, when they count as received
	bytes    int64
	sums     map[string]string // by place
	places   []string
	manifest string
	complete bool
}

func (r *receiver) all(stream io.Reader) error {
	archive := tar.NewReader(stream)
	for {
		header, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			return r.check()
		case err != nil:
			return r.broken(err)
		case r.complete:
			return fmt.Errorf("%w: %q comes after the manifest", ErrBroken, header.Name)
		case header.Name == Manifest:
			err = r.readManifest(archive)
		default:
			err = r.receive(archive, header)
		}
		if err != nil {
			return err
		}
	}
}

func (r *receiver) broken(err error) error {
	return fmt.Errorf("%w: the stream ended after %d of %d bytes: %w", ErrBroken, r.bytes, r.want.Bytes, err)
}

func (r *receiver) receive(archive io.Reader, header *tar.Header) error {
	if err := r.admit(header); err != nil {
		return err
	}
	if err := r.makeFolders(path.Dir(header.Name)); err != nil {
		return writing(err)
	}
	file, err := r.root.OpenFile(header.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, readable)
	if err != nil {
		return writing(err)
	}
	sum := sha256.New()
	written, err := io.Copy(&disk{file}, io.TeeReader(archive, sum))
	r.bytes += written
	var failed *diskError
	switch {
	case errors.As(err, &failed):
		return errors.Join(writing(failed.err), file.Close())
	case err != nil:
		return errors.Join(r.broken(err), file.Close())
	}
	if err := errors.Join(file.Chmod(readable), r.settle(file), file.Close()); err != nil { // whatever the umask
		return writing(err)
	}
	r.sums[header.Name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (r *receiver) settle(file *os.File) error {
	if !r.lasting {
		return nil
	}
	return file.Sync()
}

// admit refuses what was not agreed on.
func (r *receiver) admit(header *tar.Header) error {
	if err := checkPlace(header.Name); err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	_, again := r.sums[header.Name]
	switch {
	case header.Typeflag != tar.TypeReg:
		return fmt.Errorf("refused: %q is no regular file", header.Name)
	case again:
		return fmt.Errorf("refused: %q comes twice", header.Name)
	case len(r.places) >= r.want.Files:
		return fmt.Errorf("refused: more than %d files", r.want.Files)
	case header.Size > r.want.Bytes-r.bytes:
		return fmt.Errorf("refused: more than %d bytes", r.want.Bytes)
	}
	r.places = append(r.places, header.Name)
	return nil
}

func (r *receiver) makeFolders(folder string) error {
	if folder == "." {
		return nil
	}
	if err := r.root.MkdirAll(folder, reachable); err != nil {
		return err
	}
	for ; folder != "."; folder = path.Dir(folder) {
		if err := r.root.Chmod(folder, reachable); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiver) readManifest(archive io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(archive, mostOfAManifest))
	r.manifest, r.complete = string(text), true
	if err != nil {
		return r.broken(err)
	}
	return nil
}

// check compares what was received with the manifest and with what was expected.
func (r *receiver) check() error {
	if !r.complete {
		return r.broken(io.ErrUnexpectedEOF)
	}
	if len(r.places) != r.want.Files || r.bytes != r.want.Bytes {
		return fmt.Errorf("%w: %d files of %d bytes, expected %d files of %d bytes", ErrBroken, len(r.places), r.bytes, r.want.Files, r.want.Bytes)
	}
	var own strings.Builder
	for _, place := range r.places {
		fmt.Fprintf(&own, "%s  %s\n", r.sums[place], place)
	}
	if own.String() != r.manifest {
		return fmt.Errorf("%w: the contents do not match the manifest", ErrBroken)
	}
	return nil
}

// remove takes away what was written, and the folder where nothing else is in it.
func (r *receiver) remove() error {
	tops := map[string]bool{}
	for _, place := range r.places {
		top, _, _ := strings.Cut(place, "/")
		tops[top] = true
	}
	var all error
	for top := range tops {
		all = errors.Join(all, r.root.RemoveAll(top))
	}
	_ = os.Remove(r.root.Name()) // a volume's own folder stays
	return all
}

// disk tells errors of writing from those of the stream.
type disk struct{ file io.Writer }

type diskError struct{ err error }

func (e *diskError) Error() string { return e.err.Error() }

func (d *disk) Write(p []byte) (int, error) {
	n, err := d.file.Write(p)
	if err != nil {
		return n, &diskError{err}
	}
	return n, nil
}

// writing says what to do where the volume is at fault.
func writing(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the volume for the files is full: %w", err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("the volume for the files cannot be written by user %d, group %d: give the pod an fsGroup that may: %w", os.Getuid(), os.Getgid(), err)
	}
	return fmt.Errorf("writing the files: %w", err)
}
