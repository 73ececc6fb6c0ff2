package apiserver_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"swage.dev/swage/submitter/apiserver"
)

// slowly is a transport that wants a connection after some time, and has an answer some time later.
type slowly struct{ before, answer time.Duration }

// typing is one that waits for credentials before that.
type typing struct{ slowly }

func (p typing) RoundTrip(r *http.Request) (*http.Response, error) {
	got := apiserver.AwaitCredentials(r.Context())
	trace := &httptrace.ClientTrace{GetConn: func(string) { got() }}
	return p.slowly.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
}

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.before)
	httptrace.ContextClientTrace(r.Context()).GetConn("h:443")
	httptrace.ContextClientTrace(r.Context()).GetConn("h:443") // the first was broken
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(s.answer):
		return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	}
}

func aPod(ctx context.Context, s *apiserver.Server) (any, error) { return s.GetPod(ctx, "a", "b") }

func aText(ctx context.Context, s *apiserver.Server) (any, error) { return s.Text(ctx, "/metrics") }

// A server that does not answer is told after 3 s, not after a minute; what a program for credentials takes is not its time.
func TestASlowServerIsTold(t *testing.T) {
	const never = "the API server does not answer: nothing within 1m0s: context deadline exceeded"
	for _, row := range []struct {
		rule  string
		call  func(context.Context, *apiserver.Server) (any, error)
		with  slowly
		told  int
		error string
	}{
		{"it answers", aPod, slowly{0, 2 * time.Second}, 0, ""},
		{"it is slow", aPod, slowly{0, 4 * time.Second}, 1, ""},
		{"somebody types a password", aPod, slowly{20 * time.Second, time.Second}, 0, ""},
		{"it never answers", aPod, slowly{0, time.Hour}, 1, never},
		{"it is slow to tell a text", aText, slowly{0, 4 * time.Second}, 1, ""},
		{"it never tells a text", aText, slowly{0, time.Hour}, 1, never},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := apiserver.New("https://h/", &http.Client{Transport: row.with})
				var told []string
				begun := time.Now()
				server.Slow = func(at string) {
					told = append(told, at)
					if after := time.Since(begun); after != 3*time.Second {
						t.Errorf("told after %s", after)
					}
				}
				_, err := row.call(t.Context(), server)
				if (err == nil) != (row.error == "") || err != nil && err.Error() != row.error {
					t.Errorf("got %v", err)
				}
				if len(told) != row.told || len(told) > 0 && told[0] != "https://h" {
					t.Errorf("told %q", told)
				}
			})
		})
	}
}

// Without credentials nothing was asked: the error says that, and no address.
func TestNoCredentials(t *testing.T) {
	none := errors.New("the plugin failed")
	server := apiserver.New("https://h", &http.Client{Transport: failing{&apiserver.CredentialsError{Err: none}}})
	_, err := server.GetPod(t.Context(), "a", "b")
	if typed := (*apiserver.CredentialsError)(nil); !errors.As(err, &typed) || !errors.Is(err, none) || err.Error() != none.Error() {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// The minute that an answer may take begins when there are credentials, however long somebody looks for a password; a transport that says
// nothing of credentials is the server from the beginning, and an interrupt needs no answer.
func TestTheMinuteBeginsWithCredentials(t *testing.T) {
	enough := errors.New("enough")
	for _, row := range []struct {
		rule  string
		with  http.RoundTripper
		stop  time.Duration // 0: nobody interrupts
		lasts time.Duration
		want  string // "": an answer
	}{
		{"a password after an hour", typing{slowly{time.Hour, time.Second}}, 0, time.Hour + time.Second, ""},
		{"an answer in the last second", typing{slowly{time.Hour, 59 * time.Second}}, 0, time.Hour + 59*time.Second, ""},
		{"no answer after the password", typing{slowly{time.Hour, time.Hour}}, 0, time.Hour + time.Minute, "nothing within 1m0s"},
		{"no answer, and credentials at once", typing{slowly{0, time.Hour}}, 0, time.Minute, "nothing within 1m0s"},
		{"nothing is said of credentials", slowly{0, time.Hour}, 0, time.Minute, "nothing within 1m0s"},
		{"an interrupt after the password", typing{slowly{time.Hour, time.Hour}}, time.Hour + time.Second, time.Hour + time.Second, "enough"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if row.stop > 0 {
					time.AfterFunc(row.stop, func() { cancel(enough) })
				}
				begun := time.Now()
				server := apiserver.New("https://h", &http.Client{Transport: row.with})
				server.Slow = func(string) {} // who is told has a trace
				_, err := server.GetPod(ctx, "a", "b")
				if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) || time.Since(begun) != row.lasts {
					t.Errorf("after %s: %v", time.Since(begun), err)
				}
			})
		})
	}
}
