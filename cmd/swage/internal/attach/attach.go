package attach

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"

	"swage.dev/swage/cmd/swage/internal/subresource"
)

// Options say what to connect. Config, Namespace, Pod and Container are required.
type Options struct {
	Config                    *rest.Config
	Namespace, Pod, Container string

	// Command is a program to run in the container, with its arguments (exec). Default: none, the container's own first process
	// is attached to.
	Command []string

	// Stdin is sent to the container until it ends. Default: nothing is sent. Where it fails, the session is cut. A Read cannot be
	// interrupted: one that is under way when the session ends, as on a terminal, goes on until there is input, which is lost.
	Stdin io.Reader

	// Stdout and Stderr get what the container writes while it is attached to. Default: it is not asked for. Each is written by one
	// goroutine; when the context ended, a last Write may still be under way after Run returned.
	Stdout, Stderr io.Writer

	// TTY says that the container has a terminal (tty: true in its spec), or that the command shall have one: then all output is
	// on Stdout, and Stderr is not used. To make the terminal of this machine raw is the caller's part.
	TTY bool

	// Sizes are those of the terminal: the first one, and each after a change. They need TTY. Default: the server's.
	Sizes <-chan Size

	// Connected is called once, when the API server has agreed and before Stdin is read. Default: nobody.
	Connected func()
}

// Size is a terminal's, in characters.
type Size struct{ Width, Height uint16 }

// Run connects, and returns when the session has ended, which is no error where the container ended it. The errors:
//
//   - the context ended: its cause, wrapped; the container goes on;
//   - Stdin failed: its error, wrapped;
//   - ErrLost, wrapped: the connection broke in the middle;
//   - an APIStatus of k8s.io/apimachinery/pkg/api/errors, wrapped: the server refused. IsForbidden: nobody may attach without the
//     right to create pods/attach (exec: pods/exec); IsNotFound: there is no such pod;
//   - ErrRefused, wrapped: the node refused, for instance because the container does not run;
//   - *ExitError: the command ended with another exit code than 0 (exec only).
func Run(ctx context.Context, o Options) error {
	inner, cut := context.WithCancelCause(logr.NewContext(ctx, logr.Discard())) // client-go's own lines are no sentences for users
	defer cut(nil)
	line := &line{told: o.Connected}
	executor, err := newExecutor(&o, line)
	if err != nil {
		return fmt.Errorf("%s: %w", o.doing(), err)
	}
	var input *feed
	streams := remotecommand.StreamOptions{Stdout: o.Stdout, Stderr: o.Stderr, Tty: o.TTY}
	if o.Stdin != nil {
		input = &feed{from: o.Stdin, failed: cut}
		streams.Stdin = input
	}
	if o.TTY {
		streams.Stderr = nil
		streams.TerminalSizeQueue = sizes{o.Sizes, inner.Done()}
	}
	err = executor.StreamWithContext(inner, streams)
	return o.explain(ctx, inner, line, err)
}

// newExecutor prefers WebSockets. What has connected once is not tried the other way: Stdin is read by then.
func newExecutor(o *Options, line *line) (remotecommand.Executor, error) {
	address, err := o.address()
	if err != nil {
		return nil, err
	}
	config := rest.CopyConfig(o.Config)
	config.Wrap(line.over)
	newer, err := remotecommand.NewWebSocketExecutor(config, http.MethodGet, address.String())
	if err != nil {
		return nil, err
	}
	older, err := remotecommand.NewSPDYExecutor(config, http.MethodPost, address)
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(newer, older, func(error) bool { return !line.connected.Load() })
}

func (o *Options) address() (*url.URL, error) {
	address, err := subresource.URL(o.Config.Host, o.Namespace, o.Pod, o.subresource())
	if err != nil {
		return nil, err
	}
	query := url.Values{"container": {o.Container}, "command": o.Command}
	for name, wanted := range map[string]bool{
		"stdin": o.Stdin != nil, "stdout": o.Stdout != nil, "stderr": o.Stderr != nil && !o.TTY, "tty": o.TTY,
	} {
		query.Set(name, strconv.FormatBool(wanted))
	}
	address.RawQuery = query.Encode()
	return address, nil
}

func (o *Options) subresource() string {
	if len(o.Command) > 0 {
		return "exec"
	}
	return "attach"
}

// doing begins every error.
func (o *Options) doing() string {
	what := "attaching to"
	if len(o.Command) > 0 {
		what = "running " + o.Command[0] + " in"
	}
	return fmt.Sprintf("%s the container %s of %s", what, o.Container, o.Pod)
}

// explain turns what client-go says into what Run promises.
func (o *Options) explain(outer, inner context.Context, line *line, err error) error {
	switch {
	case outer.Err() != nil:
		return fmt.Errorf("detached from the container %s of %s: %w", o.Container, o.Pod, context.Cause(outer))
	case inner.Err() != nil: // the input failed
		return fmt.Errorf("%s: what is sent cannot be read: %w", o.doing(), context.Cause(inner))
	case err == nil:
		return nil
	case !line.connected.Load():
		return fmt.Errorf("%s: %w", o.doing(), o.refused(cmp.Or(line.answer(), err)))
	}
	if exit := exitError(err); exit != nil {
		return exit
	}
	// client-go wraps the connection's errors, and passes on the node's own word as a bare text.
	if errors.Unwrap(err) == nil {
		return fmt.Errorf("%s: %w: %w", o.doing(), ErrRefused, err)
	}
	return fmt.Errorf("%s: %w: %w", o.doing(), ErrLost, err)
}
