package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"
)

var success = &metav1.Status{Status: metav1.StatusSuccess}

// both runs a test by WebSockets and by what is there without them.
func both(t *testing.T, serve func(*session) *metav1.Status, check func(t *testing.T, n *node, o Options)) {
	for name, without := range map[string]bool{"WebSockets": false, "SPDY": true} {
		t.Run(name, func(t *testing.T) {
			n := &node{noWebSockets: without, serve: serve}
			check(t, n, Options{Config: n.start(t), Namespace: "jobs", Pod: "pi", Container: "stage"})
		})
	}
}

// S22: what is sent arrives whole, more of it than any buffer holds, the container sees its end, and what it answers comes back.
func TestInputArrivesWholeAndEnds(t *testing.T) {
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	both(t, func(s *session) *metav1.Status {
		got, err := io.ReadAll(s.stdin)
		if err != nil || !bytes.Equal(got, sent) {
			return &metav1.Status{Status: metav1.StatusFailure, Message: "it did not arrive whole"}
		}
		_, _ = io.WriteString(s.stdout, "done")
		_, _ = io.WriteString(s.stderr, "with a warning")
		return success
	}, func(t *testing.T, _ *node, o Options) {
		var stdout, stderr bytes.Buffer
		connected := 0
		o.Stdin, o.Stdout, o.Stderr = bytes.NewReader(sent), &stdout, &stderr
		o.Connected = func() { connected++ }
		if err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		if stdout.String() != "done" || stderr.String() != "with a warning" || connected != 1 {
			t.Errorf("got %q and %q, connected %d times", &stdout, &stderr, connected)
		}
	})
}

// What is asked for is in the request, as kubectl writes it.
func TestTheRequest(t *testing.T) {
	asked := make(chan string, 2)
	both(t, func(s *session) *metav1.Status {
		asked <- s.request.URL.Path + " " + s.request.URL.RawQuery
		return success
	}, func(t *testing.T, _ *node, o Options) {
		o.Stdout, o.Stderr = io.Discard, io.Discard
		if err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		const want = "/api/v1/namespaces/jobs/pods/pi/attach container=stage&stderr=true&stdin=false&stdout=true&tty=false"
		if got := <-asked; got != want {
			t.Errorf("attach: %s", got)
		}
		o.Command, o.TTY = []string{"ls", "-l"}, true
		if err := Run(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		const exec = "/api/v1/namespaces/jobs/pods/pi/exec command=ls&command=-l&container=stage&stderr=false&stdin=false&stdout=true&tty=true"
		if got := <-asked; got != exec {
			t.Errorf("exec: %s", got)
		}
	})
}

// S25: a terminal's sizes arrive in order.
func TestSizesArrive(t *testing.T) {
	both(t, func(s *session) *metav1.Status {
		var size Size
		for decoder := json.NewDecoder(s.resize); size.Width != 132; {
			if err := decoder.Decode(&size); err != nil {
				return nil
			}
			_, _ = io.WriteString(s.stdout, "x")
		}
		return success
	}, func(t *testing.T, _ *node, o Options) {
		sizes := make(chan Size, 2)
		sizes <- Size{80, 24}
		sizes <- Size{132, 50}
		var stdout bytes.Buffer
		o.TTY, o.Sizes, o.Stdout, o.Stdin = true, sizes, &stdout, strings.NewReader("")
		if err := Run(t.Context(), o); err != nil || stdout.String() != "xx" {
			t.Errorf("%v, %q", err, &stdout)
		}
	})
}

// How sessions end, in the words of the errors.
func TestEnds(t *testing.T) {
	for _, row := range []struct {
		rule   string
		serve  func(*session) *metav1.Status
		check  func(error) bool
		phrase string
	}{
		{
			rule: "a command's exit code", phrase: "exit code 3",
			serve: func(*session) *metav1.Status {
				return &metav1.Status{Status: metav1.StatusFailure, Reason: remotecommand.NonZeroExitCodeReason, Details: &metav1.StatusDetails{
					Causes: []metav1.StatusCause{{Type: remotecommand.ExitCodeCauseType, Message: "3"}},
				}}
			},
			check: func(err error) bool { var exit *ExitError; return errors.As(err, &exit) && exit.Code == 3 },
		},
		{
			rule: "the node's own word", phrase: "attaching to the container stage of pi: the node refused; the container must be running: container not found",
			serve: func(*session) *metav1.Status {
				return &metav1.Status{Status: metav1.StatusFailure, Message: "container not found"}
			},
			check: func(err error) bool { return errors.Is(err, ErrRefused) && !errors.Is(err, ErrLost) },
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			both(t, row.serve, func(t *testing.T, _ *node, o Options) {
				o.Stdin, o.Stdout = strings.NewReader("input"), io.Discard
				if err := Run(t.Context(), o); !row.check(err) || !strings.Contains(err.Error(), row.phrase) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// S22: a connection that breaks in the middle is told. (By SPDY the end of a stream looks the same as its break.)
func TestALostConnection(t *testing.T) {
	n := &node{serve: func(s *session) *metav1.Status {
		_, _ = io.ReadFull(s.stdin, make([]byte, 10))
		s.breakOff()
		return nil
	}}
	o := Options{Config: n.start(t), Namespace: "jobs", Pod: "pi", Container: "stage", Stdin: endless{}, Stdout: io.Discard}
	if err := Run(t.Context(), o); !errors.Is(err, ErrLost) {
		t.Errorf("got %v", err)
	}
	if len(n.asked) != 1 {
		t.Errorf("a session that has begun was begun again: %q", n.asked)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

var errUnreadable = errors.New("the disk is on fire")

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { return 0, errUnreadable }

// An input that fails is no input that ends; and who gives up is told so.
func TestOurOwnEnds(t *testing.T) {
	wait := func(s *session) *metav1.Status {
		_, _ = io.Copy(io.Discard, s.stdin)
		<-s.request.Context().Done()
		return nil
	}
	both(t, wait, func(t *testing.T, _ *node, o Options) {
		o.Stdin, o.Stdout = unreadable{}, io.Discard
		if err := Run(t.Context(), o); !errors.Is(err, errUnreadable) {
			t.Errorf("an input that fails: %v", err)
		}
		gaveUp := errors.New("gave up")
		ctx, cancel := context.WithCancelCause(t.Context())
		reader, writer := io.Pipe()
		defer writer.Close()
		o.Stdin = reader
		o.Connected = func() { cancel(gaveUp) }
		if err := Run(ctx, o); !errors.Is(err, gaveUp) || !strings.HasPrefix(err.Error(), "detached from the container stage of pi") {
			t.Errorf("who gives up: %v", err)
		}
	})
}

// S22: a right that is missing is named, whatever the protocol; nothing is read of the input.
func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		code   int32
		reason metav1.StatusReason
		is     func(error) bool
		phrase string
	}{
		{http.StatusForbidden, metav1.StatusReasonForbidden, apierrors.IsForbidden, "it takes the right to create pods/attach in namespace jobs: no"},
		{http.StatusNotFound, metav1.StatusReasonNotFound, apierrors.IsNotFound, "no"},
		{http.StatusBadRequest, metav1.StatusReasonBadRequest, apierrors.IsBadRequest, "no"},
	} {
		n := &node{refuse: &metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Message: "no", Reason: row.reason, Code: row.code,
		}}
		input := strings.NewReader("input")
		err := Run(t.Context(), Options{Config: n.start(t), Namespace: "jobs", Pod: "pi", Container: "stage", Stdin: input, Stdout: io.Discard})
		if err == nil || !row.is(err) || !strings.Contains(err.Error(), row.phrase) {
			t.Errorf("%d: got %v", row.code, err)
		}
		if input.Len() != len("input") {
			t.Errorf("%d: input was read", row.code)
		}
		if len(n.asked) != 2 || !strings.HasPrefix(n.asked[0], "GET ") || !strings.HasPrefix(n.asked[1], "POST ") {
			t.Errorf("asked %q", n.asked)
		}
	}
}
