package submitter_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/staging"
)

// byBash is what receives in Spark's own image, with a folder of this machine.
func byBash(t *testing.T, whole bool, folder string, list []staging.File) *exec.Cmd {
	t.Helper()
	edit := func(*submitter.Options) {}
	if whole {
		edit = toClaim
	}
	objects := mustLocal(t, sized{home()}, edit, "--files", "lib.py", "job.py")
	command := objects.Driver.Spec.InitContainers
	if whole {
		command = objects.Staging.Claim.Job.Spec.Template.Spec.Containers
	}
	words := slices.Clone(command[0].Command)
	words[4], words[5] = folder, string(rune('0'+len(list)))
	return exec.CommandContext(t.Context(), words[0], words[1:]...)
}

// sentFiles are two files, and the stream of them.
func sentFiles(t *testing.T) (list []staging.File, stream []byte) {
	t.Helper()
	files := fstest.MapFS{"job.py": {Data: []byte("print(1)")}, "large.bin": {Data: make([]byte, 1<<20)}}
	for i, name := range []string{"job.py", "large.bin"} {
		file, err := staging.Look(files, name, string(rune('1'+i))+"/"+name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	var out bytes.Buffer
	if err := staging.Send(t.Context(), &out, files, list, nil); err != nil {
		t.Fatal(err)
	}
	return list, out.Bytes()
}

func entries(t *testing.T, folder string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, entry := range all {
		names = append(names, entry.Name())
	}
	return names
}

// S22: what Spark's image receives with is as strict as the helper: all of it, or nothing, under no name.
func TestS22BashReceives(t *testing.T) {
	list, stream := sentFiles(t)
	for _, whole := range []bool{false, true} {
		for _, row := range []struct {
			rule, says string
			stream     []byte
			arrives    bool
		}{
			{"all of it", "all files arrived", stream, true},
			{"half of it", "not all files arrived: the stream ended early", stream[:1<<19], false},
			{"nothing", "not all files arrived", nil, false},
			{"another content", "the contents do not match", slices.Concat(stream[:1<<19], []byte{1}, stream[1<<19+1:]), false},
		} {
			claim := t.TempDir()
			folder := filepath.Join(claim, "folder")
			command := byBash(t, whole, folder, list)
			command.Stdin = bytes.NewReader(row.stream)
			said, err := command.CombinedOutput()
			if (err == nil) != row.arrives || !strings.Contains(string(said), row.says) {
				t.Errorf("%s, whole %t: %v, %s", row.rule, whole, err, said)
			}
			var want []string
			if row.arrives {
				want = []string{"1", "2"}
			}
			if got := entries(t, folder); !slices.Equal(got, want) {
				t.Errorf("%s, whole %t: the folder has %q", row.rule, whole, got)
			}
			if got := entries(t, claim); whole && len(got) != len(want)/2 {
				t.Errorf("%s: the claim has %q", row.rule, got)
			}
		}
	}
}

// S22: stopped in the middle, as by the end of its time, it takes back what it has, and there was nothing under the folder's name.
func TestS22BashIsStopped(t *testing.T) {
	list, stream := sentFiles(t)
	claim := t.TempDir()
	command := byBash(t, true, filepath.Join(claim, "folder"), list)
	stdin, err1 := command.StdinPipe()
	stdout, err2 := command.StdoutPipe()
	if err := errors.Join(err1, err2, command.Start()); err != nil {
		t.Fatal(err)
	}
	if _, err := stdin.Write(stream[:1<<19]); err != nil { // much more than a pipe holds: tar has begun
		t.Fatal(err)
	}
	if got := entries(t, claim); !slices.Equal(got, []string{".folder.part"}) {
		t.Errorf("in the middle the claim has %q", got)
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(stdout); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil || len(entries(t, claim)) > 0 {
		t.Errorf("%v, left %q", err, entries(t, claim))
	}
}

// S22: where nobody was ever connected, which does not end the input, it ends by itself, as the helper does after the same time, and
// leaves nothing.
func TestS22NobodySendsToBash(t *testing.T) {
	for _, whole := range []bool{false, true} {
		claim := t.TempDir()
		command := byBash(t, whole, filepath.Join(claim, "folder"), nil)
		const begin = 8 // among the words
		if want := strconv.Itoa(int(staging.BeginTime / time.Second)); command.Args[begin] != want {
			t.Fatalf("it waits %s seconds, and the helper %s", command.Args[begin], want)
		}
		command.Args[begin] = "0.1"
		open, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer open.Close()
		var said bytes.Buffer
		command.Stderr = &said
		err = command.Run()
		if ended := (*exec.ExitError)(nil); !errors.As(err, &ended) || ended.ExitCode() != 1 || !strings.Contains(said.String(), "nobody began to within 0.1s") {
			t.Errorf("whole %t: %v, %s", whole, err, &said)
		}
		if left := entries(t, claim); len(left) > 0 {
			t.Errorf("whole %t: left %q", whole, left)
		}
	}
}
