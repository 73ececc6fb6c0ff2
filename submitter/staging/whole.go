package staging

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ReceiveWhole is Receive into a folder that others see, and that outlives whoever receives: under its own name there is nothing, or
// all of it, on the disk. From the first byte until then it is PartOf the folder. A folder that is there already is left alone, and is an error.
func ReceiveWhole(r io.Reader, folder string, want Expected) error {
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s cannot be made: %w", folder, errOr(err, fs.ErrExist))
	}
	stream, part := bufio.NewReader(r), PartOf(folder)
	if _, err := stream.Peek(1); err != nil { // of nothing there is no part
		return fmt.Errorf("%w: nothing was sent: %w", ErrBroken, err)
	}
	if err := receive(stream, part, &receiver{want: want, lasting: true}); err != nil {
		return err
	}
	err := os.Chmod(part, reachable) // whatever the umask
	if err == nil {
		err = os.Rename(part, folder)
	}
	if err != nil {
		return errors.Join(writing(err), os.RemoveAll(part))
	}
	settleFolder(filepath.Dir(folder))
	return nil
}

// PartOf is where ReceiveWhole receives a folder: beside it, under a hidden name.
func PartOf(folder string) string {
	return filepath.Join(filepath.Dir(folder), "."+filepath.Base(folder)+".part")
}

// settleFolder has a new name on the disk. Not every file system knows how, and those that do not have it there anyway.
func settleFolder(folder string) {
	if opened, err := os.Open(folder); err == nil {
		_ = opened.Sync()
		_ = opened.Close() // nothing was written
	}
}

func errOr(err, otherwise error) error {
	if err != nil {
		return cause(err)
	}
	return otherwise
}
