package delegation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/properties"
)

// grace is what spark-submit has for removing its own folders, once it was told to end.
const grace = 10 * time.Second

// ErrNone says that no tokens were obtained.
var ErrNone = errors.New("spark-submit obtained no delegation tokens")

// Spark is how spark-submit is run.
type Spark struct {
	// Home is the SPARK_HOME whose bin/spark-submit is run. Required.
	Home string
	// Environ is its environment, as os.Environ has it. Hadoop's clients find their configuration and their tickets there.
	Environ []string
}

// Obtain runs spark-submit until it has sent its tokens, which takes some
// seconds, and ends it. It ends by itself when ctx is done.
func (s Spark) Obtain(ctx context.Context, request submitter.TokenRequest) (submitter.Tokens, error) {
	if s.Home == "" {
		return submitter.Tokens{}, submitter.Refuse("$SPARK_HOME is not set: it says whose bin/spark-submit obtains delegation tokens")
	}
	dir, err := os.MkdirTemp("", "swage-tokens-")
	if err != nil {
		return submitter.Tokens{}, err
	}
	tokens, err := s.obtain(ctx, dir, request)
	return tokens, errors.Join(err, os.RemoveAll(dir))
}

func (s Spark) obtain(ctx context.Context, dir string, request submitter.TokenRequest) (submitter.Tokens, error) {
	listening, err := listen(ctx)
	if err != nil {
		return submitter.Tokens{}, err
	}
	defer listening.close()
	args, err := arguments(dir, listening, request)
	if err != nil {
		return submitter.Tokens{}, err
	}
	return s.run(ctx, listening, args, filepath.Join(dir, kubeconfigName))
}

// arguments are spark-submit's. Settings are in a file that only its owner may read, for arguments can be read by everybody.
func arguments(dir string, server *server, request submitter.TokenRequest) ([]string, error) {
	settings := maps.Clone(request.Settings)
	if settings == nil {
		settings = map[string]string{}
	}
	maps.Copy(settings, map[string]string{
		"spark.kubernetes.container.image":              "none",
		"spark.kubernetes.namespace":                    "none",
		"spark.kubernetes.submission.waitAppCompletion": "false",
	})
	conf := filepath.Join(dir, "spark.properties")
	err := errors.Join(
		os.WriteFile(conf, []byte(properties.Format(settings)), 0o600),
		os.WriteFile(filepath.Join(dir, kubeconfigName), []byte(server.kubeconfig()), 0o600),
	)
	args := []string{"--master", "k8s://" + server.url, "--deploy-mode", "cluster", "--name", "tokens", "--properties-file", conf}
	if request.ProxyUser != "" {
		args = append(args, "--proxy-user", request.ProxyUser)
	}
	return append(args, "--class", "none", "local:///none"), err
}

// run runs it until it has sent tokens, or has ended.
func (s Spark) run(ctx context.Context, server *server, args []string, kubeconfig string) (submitter.Tokens, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, filepath.Join(s.Home, "bin", "spark-submit"), args...)
	cmd.Env = append(s.Environ[:len(s.Environ):len(s.Environ)], "KUBECONFIG="+kubeconfig)
	endsTogether(cmd)
	cmd.WaitDelay = grace
	var said tail
	cmd.Stdout, cmd.Stderr = &said, &said
	var sent sync.WaitGroup
	sent.Go(func() {
		select {
		case <-server.sent:
			stop()
		case <-ctx.Done():
		}
	})
	err := cmd.Run()
	interrupted := context.Cause(ctx)
	stop()
	sent.Wait()
	if tokens, ok := server.tokens(); ok {
		return tokens, nil
	}
	if interrupted != nil {
		return submitter.Tokens{}, interrupted
	}
	return submitter.Tokens{}, none(err, server, said.String())
}

// none says why there are no tokens.
func none(err error, server *server, said string) error {
	if said != "" {
		said = "; it said:\n  " + said
	}
	if err == nil || server.reached() {
		return fmt.Errorf("%w: nobody is logged in (see klist), or no service of Hadoop's is configured%s", ErrNone, said)
	}
	return fmt.Errorf("%w: %w%s", ErrNone, err, said)
}

// tail is the end of what a program says, without its stack traces.
type tail struct {
	mu   sync.Mutex
	text string
}

// enough is the number of bytes that are kept for a human.
const enough = 1 << 16

func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text += string(text)
	t.text = t.text[max(0, len(t.text)-enough):]
	return len(text), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	const lines = 5
	var telling []string
	for line := range strings.Lines(t.text) {
		line = strings.TrimRight(line, "\n")
		if tells(line) {
			telling = append(telling, line)
		}
	}
	return strings.Join(telling[max(0, len(telling)-lines):], "\n  ")
}

// tells leaves out what spark-submit says each time, and stack traces.
func tells(line string) bool {
	for _, noise := range []string{" INFO ", "WARN Utils: ", "NativeCodeLoader", "Setting spark.", "Using Spark's default"} {
		if strings.Contains(line, noise) {
			return false
		}
	}
	return line != "" && !strings.HasPrefix(line, "\t")
}
