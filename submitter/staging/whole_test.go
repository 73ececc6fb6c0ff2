package staging

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// names are what is in a folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

// S22: whoever looks at a claim sees a folder with all files in it, or none: at each piece of the stream.
func TestS22AFolderIsNeverHalf(t *testing.T) {
	files := sample()
	list := look(t, files)
	claim := t.TempDir()
	folder := filepath.Join(claim, "spark-upload-1")
	stream := bytes.NewReader(stream(t, files, list))
	looked := 0
	err := ReceiveWhole(reader(func(p []byte) (int, error) {
		var want []string
		if looked++; looked > 1 {
			want = []string{".spark-upload-1.part"}
		}
		if got := names(t, claim); !slices.Equal(got, want) {
			t.Errorf("after %d pieces: %q", looked-1, got)
		}
		return stream.Read(p)
	}), folder, expected(list))
	if err != nil || looked < 10 {
		t.Fatalf("%v, looked %d times", err, looked)
	}
	if got := names(t, claim); !slices.Equal(got, []string{"spark-upload-1"}) {
		t.Errorf("the claim has %q", got)
	}
	if got := names(t, folder); !slices.Equal(got, []string{"1", "2", "3", "4"}) {
		t.Errorf("the folder has %q", got)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != reachable {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

// S22: a stream that is not whole leaves nothing on the claim, under no name.
func TestS22HalfAFolderIsRemoved(t *testing.T) {
	files := sample()
	list := look(t, files)
	whole := stream(t, files, list)
	claim := t.TempDir()
	for _, cut := range []int{0, 600, 5000, len(whole) / 2} {
		err := ReceiveWhole(bytes.NewReader(whole[:cut]), filepath.Join(claim, "folder"), expected(list))
		if !errors.Is(err, ErrBroken) {
			t.Errorf("cut at %d: %v", cut, err)
		}
		if left := names(t, claim); len(left) > 0 {
			t.Errorf("cut at %d: left %q", cut, left)
		}
	}
}

// S22: a folder that somebody else has is not written to, and not removed.
func TestS22AFolderThatIsThere(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.MkdirAll(filepath.Join(folder, "other"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := ReceiveWhole(reader(func([]byte) (int, error) { return 0, io.EOF }), folder, Expected{Files: 1}); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if got := names(t, folder); !slices.Equal(got, []string{"other"}) {
		t.Errorf("got %q", got)
	}
}
