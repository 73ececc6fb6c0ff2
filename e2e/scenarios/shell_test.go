//go:build node

package scenarios_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/pty"
	"swage.dev/swage/podtemplate"
)

// shapedWork has each executor tell whether it was shaped; the words in print are not those on the screen before it ran.
const shapedWork = `import os, time
def one(_):
    time.sleep(0.5)
    yield os.environ["SPARK_EXECUTOR_ID"] + os.environ.get("SHAPED", "-")

print("execu" + "tors", sorted(set(sc.parallelize(range(16), 16).mapPartitions(one).collect())))
`

// S25: a person talks with Spark's shell in a pod: the first prompt is there, keys and the terminal's size arrive, its executors are
// shaped, and nothing is left of it when it has ended.
func TestS25AShellAtATerminal(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"pod.yaml": mark("SHAPED", "yes")})
	session := pty.Start(t, cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "talk", Executors: 2}, "python"))
	session.Resize(t, 101, 37)
	session.Awaits(t, ">>> ", 1)
	if !session.Raw(t) {
		t.Error("keys are echoed twice: the terminal is not raw")
	}
	awaitSize(t, session, "size os.terminal_size(columns=101, lines=37)")
	session.Resize(t, 133, 43)
	awaitSize(t, session, "size os.terminal_size(columns=133, lines=43)")
	session.Types(t, "\x03")
	session.Awaits(t, "KeyboardInterrupt", 1)
	session.Types(t, "print('dri' + 'ver', os.environ['SHAPED'])\r")
	session.Awaits(t, "driver yes", 1)
	session.Types(t, strings.ReplaceAll(shapedWork, "\n", "\r"))
	session.Awaits(t, "executors ['1yes', '2yes']", 1)
	wantListed(t, namespace)

	session.Types(t, "\x04")
	if code := session.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
	if session.Raw(t) {
		t.Error("the terminal is not what it was")
	}
	cluster.AwaitNothing(t, namespace)
}

// awaitSize asks the shell for its terminal's size until it is as expected: a size goes another way than keys, and may be later.
func awaitSize(t *testing.T, session *pty.Session, want string) {
	t.Helper()
	cluster.Await(t, "the shell to see "+want, func() error {
		shown := session.Shown()
		if strings.Contains(shown, want) {
			return nil
		}
		session.Types(t, "import os; print('si' + 'ze', os.get_terminal_size())\r")
		return fmt.Errorf("%w: %q", errNotSeen, shown)
	})
}

var errNotSeen = errors.New("not seen")

// wantListed wants the shell among the applications.
func wantListed(t *testing.T, namespace string) {
	t.Helper()
	code, said := cluster.Swage(t, namespace, "list", "-o", "wide").Ends(t)
	if code != 0 || !strings.Contains(said, "talk") || !strings.Contains(said, "Running") || !strings.Contains(said, "2/2") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// S25: a program on standard input is run to its end: its output is its own, and its exit code is swage's.
func TestS25AShellThatReads(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	for _, row := range []struct {
		language, program, stdout string
		code                      int
	}{
		{"python", "import sys\nprint(spark.range(7).count(), file=sys.stdout)\nraise SystemExit(7)\n", "7\n", 7},
		{"sql", "select 40 + 2 as answer;\nselect count(*) from range(5);\n", "42\n5\n", 0},
		{"scala", "println(\"count=\" + sc.range(0, 9).count())\nsys.exit(3)\n", "count=9", 3},
	} {
		cmd := cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: row.language}, row.language)
		var stdout, stderr bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(row.program), &stdout, &stderr
		_ = cmd.Run() // the exit code says it
		got := stdout.String()
		if code := cmd.ProcessState.ExitCode(); code != row.code {
			t.Errorf("%s: exit code %d\n%s%s", row.language, code, got, &stderr)
		}
		if strings.Contains(got, "\x1b") || row.language != "scala" && got != row.stdout || !strings.Contains(got, row.stdout) {
			t.Errorf("%s: it wrote %q\n%s", row.language, got, &stderr)
		}
	}
	wantOutputNotLost(t, namespace)
	cluster.AwaitNothing(t, namespace)
}

// wantOutputNotLost wants a failure where the program's output finds no room: half of it, and exit code 0, would be a lie.
func wantOutputNotLost(t *testing.T, namespace string) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	cmd := cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "full"}, "python")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("print(1, flush=True)\nimport time\ntime.sleep(3600)\n"), full, &stderr
	_ = cmd.Run() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(stderr.String(), "no space left on device: the shell is ended") {
		t.Errorf("exit code %d\n%s", code, &stderr)
	}
}

// S25: a terminal that goes away in the middle takes the shell with it. This one does not know its size, as some programs' do
// not, which does not keep a prompt from being drawn.
func TestS25ATerminalThatGoesAway(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	session := pty.Start(t, cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "window"}, "scala"))
	session.Awaits(t, "scala> ", 1)
	session.HangUp()
	if code := session.Ends(t); code != 130 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
	cluster.AwaitNothing(t, namespace)
}

// S25: a swage that is killed takes nothing with it, yet nothing is left: a shell that reads a program sees its end, and one at a
// terminal, which does not, loses the Job that nobody keeps alive any more.
func TestS25ASwageThatIsKilled(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	input, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	reads := cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "reads"}, "python")
	reads.Stdin = input
	reading := nodetest.Begin(t, reads)
	input.Close()
	typing := pty.Start(t, cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "types"}, "python"))
	typing.Awaits(t, ">>> ", 1)
	reading.Awaits(t, "SparkSession available")
	typing.Signal(t, syscall.SIGKILL)
	typing.Ends(t)
	reading.Signal(t, syscall.SIGKILL)
	reading.Ends(t)
	cluster.AwaitNothing(t, namespace)
}

// S19, S25: a shell that swage shapes itself is one that can be talked with, beside the sidecar that its template adds, and its
// executors have what the template says, too. No webhook is there, so it runs alone: all others need it.
func TestS19AShellShapedHere(t *testing.T) {
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{
		"pod.yaml":    mark("SHAPED", "yes"),
		"driver.yaml": `{spec: {containers: [{name: beside, image: ` + nodes.PauseImage + `}]}}`,
	})
	scale(t, 0)
	defer scale(t, 2) // not by Cleanup: the test's context has ended by then
	failurePolicy(t, admissionv1.Ignore)
	defer failurePolicy(t, admissionv1.Fail)
	session := pty.Start(t, cluster.ShellCommand(t, nodetest.Job{Namespace: namespace, Name: "here", Executors: 2}, "python", "--shape", "here", "--system-namespace", ""))
	session.Awaits(t, ">>> ", 1)
	jobs, err := cluster.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(jobs.Items) != 1 {
		t.Fatalf("%v, %d Jobs", err, len(jobs.Items))
	}
	pod := jobs.Items[0].Spec.Template
	if beside := pod.Spec.InitContainers; len(beside) != 1 || beside[0].Name != "beside" || pod.Annotations[podtemplate.ShapedAnnotation] == "" {
		t.Errorf("the Job's template was not shaped: %v, %v", beside, pod.Annotations)
	}
	session.Types(t, "import os; print('dri' + 'ver', os.environ['SHAPED'])\r")
	session.Awaits(t, "driver yes", 1)
	session.Types(t, strings.ReplaceAll(shapedWork, "\n", "\r"))
	session.Awaits(t, "executors ['1yes', '2yes']", 1)
	session.Types(t, "\x04")
	if code := session.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
	cluster.AwaitNothing(t, namespace)
}
