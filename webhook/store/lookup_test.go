package store

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// oracle is an API server of which only the answers matter.
type oracle struct {
	asked atomic.Int32
	delay time.Duration
	value *string
	err   error
}

func (o *oracle) ask(ctx context.Context, _ key) (*string, error) {
	o.asked.Add(1)
	select {
	case <-time.After(o.delay):
		return o.value, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o *oracle) lookup(rate float32, burst int) *lookup[string] {
	opts := Options{LookupRate: rate, LookupBurst: burst}
	opts.setDefaults()
	return newLookup("thing", opts, newAllowance(opts), o.ask)
}

// R32: however many pods wait for one answer, the API server is asked once.
func TestLookupIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := "it"
		o := &oracle{delay: 100 * time.Millisecond, value: &found}
		l := o.lookup(1, 1)
		for range 200 {
			go func() {
				if value, err := l.get(t.Context(), "team", key{name: "a"}); err != nil || value != &found {
					t.Errorf("got %v, %v", value, err)
				}
			}()
		}
		time.Sleep(time.Second)
		if n := o.asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

// R32: the answer is remembered for 2 s, found or not, and not longer.
func TestLookupRemembers(t *testing.T) {
	found := "it"
	for what, value := range map[string]*string{"found": &found, "not found": nil} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &oracle{value: value}
				l := o.lookup(100, 100)
				for _, step := range []struct {
					wait  time.Duration
					asked int32
				}{{0, 1}, {1999 * time.Millisecond, 1}, {2 * time.Millisecond, 2}} {
					time.Sleep(step.wait)
					if got, err := l.get(t.Context(), "team", key{name: "a"}); got != value || err != nil {
						t.Fatalf("got %v, %v", got, err)
					}
					if n := o.asked.Load(); n != step.asked {
						t.Errorf("%s later: asked %d times, want %d", step.wait, n, step.asked)
					}
				}
			})
		})
	}
}

// A failure is no answer: the next pod asks again.
func TestLookupDoesNotRememberFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no connection")
		o := &oracle{err: failure}
		l := o.lookup(100, 100)
		for range 2 {
			if _, err := l.get(t.Context(), "team", key{name: "a"}); !errors.Is(err, failure) {
				t.Errorf("error %v", err)
			}
		}
		if n := o.asked.Load(); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
	})
}

// A look-up that panics is one that failed: the process lives on, and what the
// panic says stays inside.
func TestLookupSurvivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &oracle{}
		l := o.lookup(100, 100)
		var log bytes.Buffer
		l.logger = slog.New(slog.NewTextHandler(&log, nil))
		l.ask = func(context.Context, key) (*string, error) { panic("quoting an object: secret") }
		if value, err := l.get(t.Context(), "team", key{name: "a"}); value != nil || !errors.Is(err, errAskPanicked) {
			t.Errorf("got %v, %v", value, err)
		}
		if text := log.String(); !strings.Contains(text, "level=ERROR") || strings.Contains(text, "secret") {
			t.Errorf("logged %s", text)
		}
		l.ask = o.ask
		if _, err := l.get(t.Context(), "team", key{name: "a"}); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}

// R32: the caller waits no longer than its context allows, and its leaving does not end the others' question.
func TestLookupIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := "it"
		o := &oracle{delay: 1400 * time.Millisecond, value: &found}
		l := o.lookup(100, 100)
		go func() {
			time.Sleep(200 * time.Millisecond)
			if value, err := l.get(t.Context(), "team", key{name: "a"}); value == nil || err != nil {
				t.Errorf("the second caller got %v, %v", value, err)
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := l.get(ctx, "team", key{name: "a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(began); took != 300*time.Millisecond {
			t.Errorf("waited %s", took)
		}
		time.Sleep(2 * time.Second) // until the second caller has its answer
	})
}

// R32: a question to an API server that hangs ends after 1.5 s although nobody gave a deadline.
func TestLookupEndsWithoutCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &oracle{delay: time.Hour}
		l := o.lookup(100, 100)
		began := time.Now()
		if _, err := l.get(t.Context(), "team", key{name: "a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		l.wait()
		if took := time.Since(began); took != 1500*time.Millisecond {
			t.Errorf("took %s", took)
		}
	})
}

// R32: a global rate limit; who does not get his turn in time fails, and says why.
func TestLookupRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &oracle{}
		l := o.lookup(1, 3)
		var failed atomic.Int32
		for i := range 10 {
			go func() {
				name := string(rune('a' + i))
				if _, err := l.get(t.Context(), "of-"+name, key{name: name}); err != nil {
					failed.Add(1)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		// Three at once, the fourth a second later; the fifth would have to wait 2 s.
		if asked, failed := o.asked.Load(), failed.Load(); asked != 4 || failed != 6 {
			t.Errorf("10 questions at once: %d asked, %d failed, want 4 and 6", asked, failed)
		}
	})
}

// The memory holds no more than was asked within the time that answers are kept.
func TestLookupForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &oracle{}
		l := o.lookup(1000, 1000)
		for i := range 500 {
			if _, err := l.get(t.Context(), "team", key{name: string(rune(i + 1))}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(l.answers); n > 25 {
			t.Errorf("%d answers kept of which 20 are younger than 2 s", n)
		}
	})
}
