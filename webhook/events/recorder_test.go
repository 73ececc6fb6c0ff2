package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

type world struct {
	*Recorder
	t      *testing.T
	client *fake.Clientset
	stop   func()
}

// start runs a Recorder until the test ends or stop is called. Only inside a synctest bubble.
func start(t *testing.T, opts Options) *world {
	t.Helper()
	w := &world{t: t, client: fake.NewClientset()}
	opts.Client, opts.Logger = w.client.CoreV1(), slog.New(slog.DiscardHandler)
	r, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	w.Recorder = r
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- r.Start(ctx)
		close(ended)
	}()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Start: %v", err)
		}
	}
	t.Cleanup(w.stop)
	return w
}

func (w *world) events() []corev1.Event {
	w.t.Helper()
	list, err := w.client.CoreV1().Events("").List(context.WithoutCancel(w.t.Context()), metav1.ListOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

func about(uid, reason string) Event {
	return Event{
		Regarding: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: "team", Name: "driver", UID: types.UID(uid)},
		Reason:    reason, Message: "pod team/exec-: because",
	}
}

// R28: the first occurrence is told at once, repetitions of one owner and verdict as a count on it.
func TestAggregation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{Instance: "pod-1"})
		for range 100 {
			w.Record(about("1", "DeniedConflict"))
		}
		w.Record(about("1", "Conflict"))
		w.Record(about("2", "DeniedConflict"))
		synctest.Wait()
		if n := len(w.events()); n != 3 {
			t.Fatalf("%d events for two owners and two reasons, want 3", n)
		}
		time.Sleep(11 * time.Second)
		counts := map[string]int32{}
		for _, e := range w.events() {
			counts[string(e.InvolvedObject.UID)+e.Reason] = e.Count
		}
		if counts["1DeniedConflict"] != 100 || counts["1Conflict"] != 1 || counts["2DeniedConflict"] != 1 {
			t.Errorf("counts %v", counts)
		}
		if n := len(w.client.Actions()); n > 3+1+2 {
			t.Errorf("%d requests for 102 occurrences", n)
		}
	})
}

// The Event is one that kubectl describe finds and the API server takes.
func TestEventObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{Instance: "pod-1"})
		e := about("1", "DeniedConflict")
		e.Regarding.Name = strings.Repeat("n", 253)
		e.Message = strings.Repeat("é", 1000)
		w.Record(e)
		synctest.Wait()
		got := w.events()[0]
		if got.InvolvedObject != e.Regarding || got.Namespace != "team" || got.Reason != e.Reason || got.Type != corev1.EventTypeWarning {
			t.Errorf("event %+v", got)
		}
		if len(got.Name) > 253 || !strings.HasPrefix(got.Name, "nnn") {
			t.Errorf("name of %d characters", len(got.Name))
		}
		if len(got.Message) > maxMessage || !utf8.ValidString(got.Message) {
			t.Errorf("message of %d bytes, valid %t", len(got.Message), utf8.ValidString(got.Message))
		}
		if got.Source.Component != component || got.ReportingInstance != "pod-1" || got.FirstTimestamp.IsZero() {
			t.Errorf("event %+v", got)
		}
	})
}

// R28: writes are rate limited; what had to wait is told later, nothing twice.
func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{Rate: 1, Burst: 5})
		for i := range 50 {
			w.Record(about(fmt.Sprint(i), "DeniedConflict"))
		}
		synctest.Wait()
		if n := len(w.events()); n != 5 {
			t.Errorf("%d events at once, want the burst of 5", n)
		}
		time.Sleep(5 * time.Minute)
		if n := len(w.events()); n != 50 {
			t.Errorf("%d events in the end, want 50", n)
		}
		for _, action := range w.client.Actions() {
			if verb := action.GetVerb(); verb != "create" && verb != "list" {
				t.Errorf("%s of an event: each was told once", verb)
			}
		}
	})
}

// An Event that expired, or that this replica wrote before it was restarted, does not stop the next.
func TestExpiredAndRepeated(t *testing.T) {
	for what, row := range map[string]struct {
		verb string
		err  error
	}{
		"patching an event that expired":         {"patch", apierrors.NewNotFound(corev1.Resource("events"), "x")},
		"creating one that exists":               {"create", apierrors.NewAlreadyExists(corev1.Resource("events"), "x")},
		"an API server that is away for a while": {"create", errors.New("no connection")},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t, Options{})
				failed := false
				w.client.PrependReactor(row.verb, "events", func(clienttesting.Action) (bool, runtime.Object, error) {
					again := failed
					failed = true
					return !again, nil, row.err
				})
				for range 3 {
					w.Record(about("1", "DeniedConflict"))
					time.Sleep(15 * time.Second)
				}
				all := w.events()
				if len(all) != 1 || all[0].Count != 3 {
					t.Errorf("events %+v, want one of count 3", all)
				}
			})
		})
	}
}

// After a silence the same thing is a new Event: a count of yesterday's helps nobody.
func TestSilenceBeginsANewEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{})
		w.Record(about("1", "DeniedConflict"))
		time.Sleep(11 * time.Minute)
		w.Record(about("1", "DeniedConflict"))
		synctest.Wait()
		if n := len(w.events()); n != 2 {
			t.Errorf("%d events, want 2", n)
		}
	})
}

// Recording never blocks an admission, and memory is bounded, whatever comes.
func TestFloodIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{})
		for i := range 20 * inboxSize {
			w.Record(about(fmt.Sprint(i), "DeniedConflict"))
			if i%inboxSize == 0 {
				synctest.Wait()
			}
		}
		synctest.Wait()
		w.stop()
		if n := len(w.series); n > maxSeries {
			t.Errorf("%d series are remembered", n)
		}
	})
}

// What is known when the server ends is written.
func TestStopWritesWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, Options{})
		for range 7 {
			w.Record(about("1", "DeniedConflict"))
		}
		synctest.Wait()
		w.stop()
		if all := w.events(); len(all) != 1 || all[0].Count != 7 {
			t.Errorf("events %+v", all)
		}
	})
}

// A flush does not occupy the recorder for longer than until the next one, and
// gives up at once when the API server does not answer.
func TestFlushIsBounded(t *testing.T) {
	for _, row := range []struct {
		rule   string
		takes  time.Duration
		err    error
		writes int // in the 14 s after the flush began
	}{
		{"no answer: the first try is the last", 5 * time.Second, context.DeadlineExceeded, 1},
		{"slow answers: as many as there is time for", 4 * time.Second, nil, 3},
		{"refusals: the others have their chance", 0, apierrors.NewForbidden(corev1.Resource("events"), "x", nil), 2 * 50},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t, Options{Rate: 1000, Burst: 1000})
				for range 2 {
					for i := range 50 {
						w.Record(about(fmt.Sprint(i), "DeniedConflict"))
					}
					synctest.Wait()
				}
				writes := 0
				w.client.PrependReactor("patch", "events", func(clienttesting.Action) (bool, runtime.Object, error) {
					writes++
					time.Sleep(row.takes)
					return row.err != nil, nil, row.err
				})
				time.Sleep(11 * time.Second) // the flush has begun
				w.Record(about("new", "DeniedConflict"))
				time.Sleep(13 * time.Second)
				if writes != row.writes {
					t.Errorf("%d writes, want %d", writes, row.writes)
				}
				if n := len(w.events()); n != 51 {
					t.Errorf("%d events: the one that came meanwhile is still waiting", n)
				}
			})
		})
	}
}

func TestCamelCase(t *testing.T) {
	for words, want := range map[string]string{"denied-missing-driver": "DeniedMissingDriver", "stale": "Stale", "too-large": "TooLarge"} {
		if got := CamelCase(words); got != want {
			t.Errorf("%s: %s, want %s", words, got, want)
		}
	}
}
