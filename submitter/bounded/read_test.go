package bounded_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/submitter/bounded"
)

func TestReadEndsWhereItMay(t *testing.T) {
	for _, row := range []struct {
		rule, text string
		most       int64
		long       bool
	}{
		{"nothing", "", 4, false},
		{"as much as it may be", "four", 4, false},
		{"a byte more", "fours", 4, true},
	} {
		got, err := bounded.Read(strings.NewReader(row.text), row.most)
		if errors.Is(err, bounded.ErrTooLong) != row.long || !row.long && (err != nil || string(got) != row.text) || row.long && got != nil {
			t.Errorf("%s: %q, %v", row.rule, got, err)
		}
	}
	failing := io.MultiReader(strings.NewReader("a"), errReader{})
	if _, err := bounded.Read(failing, 4); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("an error on the way: got %v", err)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A file that has no end is told by its name; others are read, or left to whoever reads them.
func TestFilesWithoutAnEnd(t *testing.T) {
	long, short := filepath.Join(t.TempDir(), "long"), filepath.Join(t.TempDir(), "short")
	for name, size := range map[string]int64{long: 1<<20 + 1, short: 1 << 20} {
		if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name string
		long bool
	}{
		{"/dev/zero", true},
		{"/dev/null", false},
		{long, true},
		{short, false},
	} {
		_, read := bounded.ReadFile(row.name, 1<<20)
		for what, err := range map[string]error{"read": read, "checked": bounded.Check(row.name, 1<<20)} {
			if (err == nil) == row.long || row.long && err.Error() != row.name+": it has more than 1 MiB; is it the right file?" {
				t.Errorf("%s, %s: got %v", row.name, what, err)
			}
		}
	}
	if err := bounded.Check(filepath.Join(t.TempDir(), "none"), 1); err != nil {
		t.Errorf("a file that is not there is for its reader to tell: %v", err)
	}
	if _, err := bounded.ReadFile(filepath.Join(t.TempDir(), "none"), 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
