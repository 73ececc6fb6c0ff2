package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"swage.dev/swage/e2e/process"
)

// actAs makes this test binary play another program, so that the tests need
// none of the machine's.
const actAs = "SWAGE_TEST_ACT_AS"

func TestMain(m *testing.M) {
	switch os.Getenv(actAs) {
	case "":
		os.Exit(m.Run())
	case "parent":
		playParent()
	case "family":
		playFamily()
	case "sleeper":
		stayAlive()
	case "deaf":
		playDeaf()
	case "broken":
		fmt.Println("cannot listen: address in use")
		os.Exit(3)
	}
}

func spec(t testing.TB, role string) process.Spec {
	return process.Spec{
		Name: role, Path: os.Args[0], Env: []string{actAs + "=" + role},
		LogFile: filepath.Join(t.TempDir(), role+".log"),
	}
}

func start(t testing.TB, s process.Spec) *process.Process {
	t.Helper()
	p, err := process.Start(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop(context.WithoutCancel(t.Context())) })
	return p
}

func TestStopEndsTheProgram(t *testing.T) {
	p := start(t, spec(t, "sleeper"))
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantGone(t, p.PID())
}

func TestStopKillsAProgramThatIgnoresSIGTERM(t *testing.T) {
	s := spec(t, "deaf")
	s.Grace = time.Millisecond
	p := start(t, s)
	waitForLine(t, p, s.LogFile, "deaf")
	if err := p.Stop(t.Context()); err == nil {
		t.Fatal("Stop reports no error although it had to kill")
	}
	wantGone(t, p.PID())
}

func TestStopEndsWhatTheProgramStarted(t *testing.T) {
	s := spec(t, "family")
	p := start(t, s)
	grandchild := pidIn(t, waitForLine(t, p, s.LogFile, "child "))
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantGone(t, grandchild)
}

func TestWaitReadyReportsAProgramThatEnds(t *testing.T) {
	p := start(t, spec(t, "broken"))
	err := p.WaitReady(t.Context(), func(context.Context) error { return errors.New("no answer") })
	if !errors.Is(err, process.ErrExited) || !strings.Contains(err.Error(), "address in use") {
		t.Fatalf("got %v, want ErrExited with the log's last line", err)
	}
}

// A test that is killed cannot clean up; the kernel must.
func TestNothingSurvivesAKilledParent(t *testing.T) {
	parent := exec.CommandContext(t.Context(), os.Args[0])
	parent.Env = append(os.Environ(), actAs+"=parent", "LOG="+filepath.Join(t.TempDir(), "log"))
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	wantGone(t, pidIn(t, line))
}

// wantGone waits for the end: the kernel reaps a killed process in its own
// time. Only a process that stays alive runs into the test's time limit.
func wantGone(t testing.TB, pid int) {
	t.Helper()
	for alive(pid) {
		select {
		case <-t.Context().Done():
			t.Fatalf("process %d is still there", pid)
		case <-time.After(time.Millisecond):
		}
	}
}

// alive does not count a zombie: an orphan's new parent may be slow to reap it.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

func waitForLine(t testing.TB, p *process.Process, file, prefix string) string {
	t.Helper()
	var found string
	err := p.WaitReady(t.Context(), func(context.Context) error {
		data, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(data), prefix) || !strings.HasSuffix(string(data), "\n") {
			return fmt.Errorf("no line %q in %s yet", prefix, file)
		}
		found = string(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func pidIn(t testing.TB, line string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "child ")))
	if err != nil {
		t.Fatalf("line %q holds no process id: %v", line, err)
	}
	return pid
}

func playParent() {
	p, err := process.Start(process.Spec{
		Name: "sleeper", Path: os.Args[0], Env: []string{actAs + "=sleeper"}, LogFile: os.Getenv("LOG"),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("child", p.PID())
	stayAlive()
}

func playFamily() {
	child := exec.Command(os.Args[0]) //nolint:noctx // this program has no context: it is there to be killed
	child.Env = append(os.Environ(), actAs+"=sleeper")
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Println("child", child.Process.Pid)
	stayAlive()
}

// stayAlive is for programs that wait to be ended; an hour is for ever.
func stayAlive() { <-time.After(time.Hour) }

func playDeaf() {
	signal.Ignore(syscall.SIGTERM)
	fmt.Println("deaf")
	stayAlive()
}

// What a program's thread was changed to must not reach the rest of the test.
func TestOnOwnThreadChangesNoOther(t *testing.T) {
	var own int
	process.OnOwnThread(func() {
		own = syscall.Gettid()
	})
	if own == os.Getpid() {
		t.Error("it ran on the first thread")
	}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for { // the thread ends a moment after the function; if not, the test's time limit says so
		if _, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", own)); errors.Is(err, fs.ErrNotExist) {
			return
		}
		<-again.C
	}
}
