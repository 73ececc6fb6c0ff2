package app

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"swage.dev/swage/submitter/staging"
)

func sent(t *testing.T) []byte {
	t.Helper()
	files := fstest.MapFS{"job.py": {Data: []byte("print(1)")}}
	job, err := staging.Look(files, "job.py", "1/job.py")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := staging.Send(t.Context(), &out, files, []staging.File{job}, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// S22: the program exits with 0 only when all has arrived, and says on one line what is wrong: the pod's status shows it.
func TestS22Receive(t *testing.T) {
	whole := sent(t)
	for _, row := range []struct {
		rule, phrase string
		stdin        []byte
		code         int
	}{
		{"all of it", "all files arrived", whole, exitOK},
		{"half of it", "not all files arrived", whole[:600], exitFailed},
		{"nothing", "not all files arrived", nil, exitFailed},
	} {
		var stdout, stderr bytes.Buffer
		folder := filepath.Join(t.TempDir(), "staged")
		code := Main(t.Context(), []string{"receive", "--files", "1", "--bytes", "8", folder}, bytes.NewReader(row.stdin), &stdout, &stderr)
		if code != row.code || !strings.Contains(stdout.String()+stderr.String(), row.phrase) || strings.Count(stderr.String(), "\n") > 1 {
			t.Errorf("%s: %d, %s %s", row.rule, code, &stdout, &stderr)
		}
		text, err := os.ReadFile(filepath.Join(folder, "1/job.py"))
		if (err == nil) != (row.code == exitOK) || err == nil && string(text) != "print(1)" {
			t.Errorf("%s: %q, %v", row.rule, text, err)
		}
	}
}

// S5, S22: where nobody ever sends anything, or nobody goes on, the receiver fails by itself, and with it a pod that nobody looks after.
func TestS22NobodySends(t *testing.T) {
	for _, row := range []struct {
		rule  string
		begin []byte
		lasts time.Duration
		says  string
	}{
		{"nobody was ever connected", nil, 2 * time.Minute, "nobody began to send within 2m0s"},
		{"nobody goes on", sent(t)[:514], 3 * time.Minute, "not all files arrived within 3m0s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			reader, writer := io.Pipe()
			defer writer.Close()
			go func() { _, _ = writer.Write(row.begin) }() // a pipe without a reader ends it
			begin := time.Now()
			err := receive(t.Context(), []string{"--files", "1", "--bytes", "8", "--timeout", "3m", t.TempDir()}, reader, io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.says) || time.Since(begin) != row.lasts {
				t.Errorf("%s: after %s: %v", row.rule, time.Since(begin), err)
			}
		})
	}
}

// S22: a pod that is deleted ends at once.
func TestS22ReceivingIsStopped(t *testing.T) {
	reader, writer := io.Pipe()
	defer writer.Close()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := receive(ctx, []string{"--files", "1", t.TempDir()}, reader, io.Discard); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("a pod that is deleted: %v", err)
	}
}

// S22: a pod that is deleted, or whose time is over, in the middle of receiving takes back what has arrived: a claim outlives it.
func TestS22StoppedInTheMiddle(t *testing.T) {
	for _, whole := range [][]string{nil, {"--whole"}} {
		above := t.TempDir()
		reader, writer := io.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- receive(ctx, append(append([]string{"--files", "1", "--bytes", "8"}, whole...), filepath.Join(above, "folder")), reader, io.Discard)
		}()
		if _, err := writer.Write(sent(t)[:514]); err != nil { // the file's name and two bytes of it
			t.Fatal(err)
		}
		stop()
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "stopped") {
			t.Errorf("%q: %v", whole, err)
		}
		if left, err := os.ReadDir(above); err != nil || len(left) > 0 {
			t.Errorf("%q: left %v, %v", whole, left, err)
		}
		writer.Close()
	}
}

// S22: what is received as a whole is there under its name, and nothing else is beside it.
func TestS22ReceiveAsAWhole(t *testing.T) {
	above := t.TempDir()
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), []string{"receive", "--whole", "--files", "1", "--bytes", "8", filepath.Join(above, "folder")}, bytes.NewReader(sent(t)), &stdout, &stderr)
	if code != exitOK {
		t.Errorf("%d: %s", code, &stderr)
	}
	text, err := os.ReadFile(filepath.Join(above, "folder/1/job.py"))
	entries, _ := os.ReadDir(above)
	if err != nil || string(text) != "print(1)" || len(entries) != 1 {
		t.Errorf("%q, %v, %v", text, err, entries)
	}
}
