package nodetest

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"swage.dev/swage/e2e/product"
)

// Command is swage while it runs, as the account that submits.
type Command struct {
	cmd  *exec.Cmd
	said said
	done chan struct{}
}

// said is what a program wrote until now.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Swage starts swage in a namespace.
func (c *Cluster) Swage(t testing.TB, namespace string, args ...string) *Command {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"KUBECONFIG=" + c.submitterConfig(t, namespace)}
	return started(t, cmd)
}

// SparkSubmit starts swage under the name spark-submit with the arguments that Submit gives to the real one, and others
// before them.
func (c *Cluster) SparkSubmit(t testing.TB, job Job, args ...string) *Command {
	t.Helper()
	job.setDefaults()
	link, err := product.SparkSubmit(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), link, append(args, job.args(c)...)...)
	cmd.Env = append([]string{"SPARK_HOME=" + c.Spark.Home, "SPARK_CONF_DIR=" + job.confDir(t), "KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}, job.Env...)
	return started(t, cmd)
}

func started(t testing.TB, cmd *exec.Cmd) *Command {
	t.Helper()
	c := &Command{cmd: cmd, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &c.said, &c.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.done)
		_ = cmd.Wait() // the exit code says it
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-c.done
	})
	return c
}

// Said is what it wrote until now.
func (c *Command) Said() string { return c.said.String() }

// Awaits waits until it has written something.
func (c *Command) Awaits(t testing.TB, text string) {
	t.Helper()
	c.AwaitsMatch(t, regexp.MustCompile(regexp.QuoteMeta(text)))
}

// AwaitsMatch waits until it has written something that matches.
func (c *Command) AwaitsMatch(t testing.TB, pattern *regexp.Regexp) {
	t.Helper()
	patience.Until(t, "the program to say "+pattern.String(), func() error {
		ended := c.ended() // before it is asked: what it said last counts
		said := c.Said()
		switch {
		case pattern.MatchString(said):
			return nil
		case ended:
			t.Fatalf("it ended without saying %q, and said %q", pattern, said)
		}
		return fmt.Errorf("it says %q", said)
	})
}

func (c *Command) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Signal sends it a signal.
func (c *Command) Signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := c.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// Ends waits for its end, and returns its exit code and all that it wrote.
func (c *Command) Ends(t testing.TB) (code int, said string) {
	t.Helper()
	patience.Until(t, "the program's end", func() error {
		if !c.ended() {
			return fmt.Errorf("%w; it says %q", errNotDone, c.Said())
		}
		return nil
	})
	return c.cmd.ProcessState.ExitCode(), c.Said()
}

// PeakMemory watches it until it has ended, and is how much of the machine's memory it took at most, in bytes. What the kernel
// says of an ended process has its parent's memory in it, which it shared until it became another program.
func (c *Command) PeakMemory(t testing.TB) (peak int64) {
	t.Helper()
	status := fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid)
	patience.Until(t, "the program's end", func() error {
		text, _ := os.ReadFile(status) // it may have ended
		if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
			kilobytes := int64(0)
			_, _ = fmt.Sscan(rest, &kilobytes)
			peak = max(peak, kilobytes<<10)
		}
		if !c.ended() {
			return errNotDone
		}
		return nil
	})
	return peak
}

// Driver is the pod that a submission has made.
func (c *Command) Driver(t testing.TB) string {
	t.Helper()
	c.Awaits(t, "-driver\n")
	_, rest, _ := strings.Cut(c.Said(), "pod name: ")
	name, _, _ := strings.Cut(rest, "\n")
	return name
}
