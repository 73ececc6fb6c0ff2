package submit_test

import (
	"bufio"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/pty"
)

const asked = "Leave it, kill it, or wait on?"

// aliveDrivers are the namespace's drivers that nobody deletes.
func aliveDrivers(t *testing.T, namespace string) (alive int) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=driver"})
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp == nil {
			alive++
		}
	}
	return alive
}

// S17: on a terminal an interrupt asks what to do with the application; without an answer, a second one leaves.
func TestS17InterruptOnATerminal(t *testing.T) {
	for _, row := range []struct {
		rule  string
		args  []string
		keys  []string // typed at each question
		says  string
		code  int
		alive int
	}{
		{"leave", nil, []string{"l\n"}, "the application goes on", 130, 1},
		{"kill", nil, []string{"kill\n"}, "the application was killed", 130, 0},
		{"a second interrupt leaves", nil, []string{"\x03"}, "the application goes on", 130, 1},
		{"wait, and interrupt again", nil, []string{"w\n", "l\n"}, "the application goes on", 130, 1},
		{"told before: kill", []string{"--on-interrupt", "kill"}, nil, "the application was killed", 130, 0},
		{"told before: leave", []string{"--on-interrupt", "leave"}, nil, "the application goes on", 130, 1},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			session := pty.Start(t, start(t, append(append([]string{"submit", "-n", namespace, "--name", "pi"}, row.args...), pi...)...))
			session.Awaits(t, "pi: Pending", 1)
			session.Types(t, "\x03")
			for i, keys := range row.keys {
				session.Awaits(t, asked, i+1)
				shown := strings.Count(session.Shown(), "pi: Pending") // each second, but not while something is asked
				session.Types(t, keys)
				if i+1 < len(row.keys) {
					session.Awaits(t, "pi: Pending", shown+1)
					session.Types(t, "\x03")
				}
			}
			session.Awaits(t, row.says, 1)
			if code := session.Ends(t); code != row.code {
				t.Errorf("exit code %d\n%s", code, session.Shown())
			}
			if got := aliveDrivers(t, namespace); got != row.alive {
				t.Errorf("%d drivers are alive", got)
			}
		})
	}
}

// While the question stands the application may end: then nobody needs an answer, and the program exits as it did. What is no answer is asked again.
func TestS17TheApplicationEndsWhileSomebodyIsAsked(t *testing.T) {
	namespace := server.Namespace(t)
	session := pty.Start(t, start(t, append([]string{"submit", "-n", namespace, "--name", "pi"}, pi...)...))
	session.Awaits(t, "pi: Pending", 1)
	session.Types(t, "\x03")
	session.Awaits(t, asked, 1)
	session.Types(t, "what?\n")
	session.Awaits(t, asked, 2)
	if _, err := play(t.Context(), namespace, exits(7)); err != nil {
		t.Fatal(err)
	}
	if code := session.Ends(t); code != 7 || !strings.Contains(session.Shown(), "exit code: 7") {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
}

// S17: without a terminal an interrupt leaves the application, as spark-submit does, unless it was told to kill it.
func TestS17SignalWithoutATerminal(t *testing.T) {
	for _, row := range []struct {
		rule   string
		signal syscall.Signal
		args   []string
		alive  int
	}{
		{"SIGTERM leaves", syscall.SIGTERM, nil, 1},
		{"SIGINT leaves", syscall.SIGINT, nil, 1},
		{"SIGTERM kills when told so", syscall.SIGTERM, []string{"--on-interrupt=kill"}, 0},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			cmd := start(t, append(append([]string{"submit", "-n", namespace}, row.args...), pi...)...)
			code, said := followed(t, cmd, func(line string) {
				if strings.HasPrefix(line, "phase: ") {
					signal(t, cmd, row.signal)
				}
			})
			if code != 130 {
				t.Errorf("exit code %d\n%s", code, said)
			}
			if got := aliveDrivers(t, namespace); got != row.alive {
				t.Errorf("%d drivers are alive\n%s", got, said)
			}
		})
	}
}

// followed runs a program to its end, and looks at each line that it says on its standard error, when it says it.
func followed(t *testing.T, cmd *exec.Cmd, look func(line string)) (code int, said string) {
	t.Helper()
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		said += lines.Text() + "\n"
		look(lines.Text())
	}
	_ = cmd.Wait() // the exit code says it
	return cmd.ProcessState.ExitCode(), said
}

func signal(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}
