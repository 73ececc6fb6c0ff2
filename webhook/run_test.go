package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"

	"swage.dev/swage/webhook/events"
)

// A server that is told to stop is not ready at once, and closes only after the
// time that API servers need to notice.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newTestServer(t)
		stopping, stop := context.WithCancel(t.Context())
		closed := make(chan time.Time, 1)
		go func() {
			server.awaitDrain(stopping, t.Context())
			closed <- time.Now()
		}()
		synctest.Wait()
		if errors.Is(server.Ready(), errDraining) {
			t.Error("it drains although nobody told it to")
		}
		stop()
		told := time.Now()
		synctest.Wait()
		if !errors.Is(server.Ready(), errDraining) {
			t.Error("it still says that it is ready")
		}
		if took := (<-closed).Sub(told); took != server.opts.Drain {
			t.Errorf("it closes after %s, want %s", took, server.opts.Drain)
		}
	})
}

// A server of which a part has failed does not wait for anything.
func TestNoDrainWithoutAWorkingServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newTestServer(t)
		working, fail := context.WithCancel(t.Context())
		fail()
		began := time.Now()
		server.awaitDrain(t.Context(), working)
		if took := time.Since(began); took != 0 {
			t.Errorf("it waited %s", took)
		}
	})
}

// Requests that are being answered when the server closes are answered; those
// whose caller goes away are not.
func TestRequestsOutliveTheServersEnd(t *testing.T) {
	gone := errors.New("the caller hung up")
	for cause, want := range map[error]error{errClosing: nil, gone: context.Canceled} {
		synctest.Test(t, func(t *testing.T) {
			base, end := context.WithCancelCause(t.Context())
			request := httptest.NewRequestWithContext(base, http.MethodPost, "/shape", nil)
			answerAll(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				end(cause)
				synctest.Wait()
				if err := r.Context().Err(); !errors.Is(err, want) {
					t.Errorf("%v: the request's context says %v, want %v", cause, err, want)
				}
			})).ServeHTTP(httptest.NewRecorder(), request)
		})
	}
}

// broken are certificates that can never work.
type broken struct{ noCertificates }

var errBroken = errors.New("the Secret does not exist")

func (broken) Start(context.Context) error { return errBroken }

// A part that can never work ends the whole server, with what it said; all that
// was begun has ended then.
func TestRunEndsWithTheFirstPartThatCannotWork(t *testing.T) {
	server := newTestServer(t)
	server.opts.Certificates = broken{}
	server.opts.Address, server.opts.StatusAddress = freeAddress(t), "127.0.0.1:0"
	server.tls = server.newTLS()
	if err := server.Run(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
}

// lastRequest is a TLS server that takes a minute to answer its last request, with an Event.
type lastRequest struct {
	ctrlwebhook.Server
	answer func()
}

func (l lastRequest) Start(ctx context.Context) error {
	<-ctx.Done()
	time.Sleep(time.Minute)
	l.answer()
	return nil
}

// When a part fails, the store and the Events work until the last request is answered.
func TestWhatRequestsNeedOutlivesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newTestServer(t)
		server.opts.Certificates = broken{}
		server.opts.StatusAddress = "127.0.0.1:0"
		server.tls = lastRequest{answer: func() {
			server.events.Record(events.Event{Regarding: corev1.ObjectReference{Namespace: "team", Name: "driver"}, Reason: "DeniedConflict"})
		}}
		if err := server.Run(t.Context()); !errors.Is(err, errBroken) {
			t.Errorf("got %v, want %v", err, errBroken)
		}
		told, err := server.opts.Client.CoreV1().Events("team").List(t.Context(), metav1.ListOptions{})
		if err != nil || len(told.Items) != 1 {
			t.Errorf("the Event of the last request is lost: %v, %v", told, err)
		}
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// R30: who calls a server that was told to stop is answered, and calls over a
// new connection the next time, which other replicas get. Nobody writes to a
// connection that is being closed.
func TestAStoppingServerKeepsNoConnection(t *testing.T) {
	server := newTestServer(t)
	serving := httptest.NewServer(server.retire(http.NotFoundHandler()))
	defer serving.Close()
	for _, draining := range []bool{false, true} {
		server.draining.Store(draining)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, serving.URL, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := serving.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusNotFound || answer.Close != draining {
			t.Errorf("stopping %t: it answers %d, closing %t", draining, answer.StatusCode, answer.Close)
		}
	}
}
