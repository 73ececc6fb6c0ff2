// Package bounded reads files whose names users give. One may have no end, such
// as /dev/zero, and must not fill the memory.
package bounded

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Most is far more than what settings and manifests become holds: an object of
// Kubernetes has 1.5 MiB at most.
const Most = 16 << 20

// ErrTooLong is wrapped by the error about what is longer than it may be.
var ErrTooLong = errors.New("is it the right file?")

// Read reads all, and ends with an error that wraps ErrTooLong where that is
// more than most bytes.
func Read(from io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, tooLong(most)
	}
	return text, err
}

func tooLong(most int64) error {
	return fmt.Errorf("it has more than %d MiB; %w", most>>20, ErrTooLong)
}

// ReadFile reads a file of this machine as Read does. Its errors name the file.
func ReadFile(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := Read(file, most)
	if errors.Is(err, ErrTooLong) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, err
}

// Check refuses a file of this machine that somebody else's code would read whole,
// however long it is. What cannot be opened is for that code to tell, and a pipe
// can be read once only.
func Check(name string, most int64) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil //nolint:nilerr // whoever reads it says so
	case info.Mode().IsRegular() && info.Size() > most:
		return fmt.Errorf("%s: %w", name, tooLong(most))
	case info.Mode()&os.ModeCharDevice != 0:
		if _, err := ReadFile(name, most); errors.Is(err, ErrTooLong) {
			return err
		}
	}
	return nil
}
