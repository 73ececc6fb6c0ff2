package staging_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter/staging"
)

// pipes has nothing but pipes that nobody writes: who opened one would wait for ever.
type pipes struct{ t *testing.T }

func (p pipes) Open(name string) (fs.File, error) {
	p.t.Errorf("%s was opened", name)
	return nil, fs.ErrInvalid
}

func (pipes) Stat(name string) (fs.FileInfo, error) {
	return fs.Stat(fstest.MapFS{name: {Mode: fs.ModeNamedPipe}}, name)
}

// S22: a pipe is refused as what it is, without waiting for somebody to write into it.
func TestS22APipeIsNotWaitedFor(t *testing.T) {
	_, err := staging.Look(pipes{t}, "fifo", "1/fifo")
	if err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("got %v", err)
	}
}
