package app

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// world is a driver's life as others see it: what becomes of its name and port when.
type world struct {
	known, gone, open time.Duration    // from the beginning; 0: never
	away, outage      [2]time.Duration // the name is not known; name servers do not answer
	begin             time.Time
}

var (
	errUnknown = &net.DNSError{Err: "no such host", Name: "driver", IsNotFound: true}
	errOutage  = &net.DNSError{Err: "server misbehaving", Name: "driver", IsTemporary: true}
)

func (w *world) now() time.Duration { return time.Since(w.begin) }

func (w *world) lookUp(_ context.Context, host string) ([]string, error) {
	now := w.now()
	switch {
	case host != "driver":
		return nil, errors.New("asked for " + host)
	case now >= w.outage[0] && now < w.outage[1]:
		return nil, errOutage
	case now >= w.away[0] && now < w.away[1]:
		return nil, errUnknown
	case w.known > 0 && now >= w.known && (w.gone == 0 || now < w.gone):
		return []string{"10.0.0.1", "fd00::1"}, nil
	}
	return nil, errUnknown
}

// dial finds the driver listening at its second address only.
func (w *world) dial(_ context.Context, address string) (net.Conn, error) {
	if address == "[fd00::1]:7079" && w.open > 0 && w.now() >= w.open {
		near, far := net.Pipe()
		_ = far.Close()
		return near, nil
	}
	return nil, errors.New("connection refused")
}

// S7: how long executors wait for their driver.
func TestS7Waiting(t *testing.T) {
	for _, row := range []struct {
		rule     string
		world    world
		timeout  time.Duration // default 15 minutes
		from, to time.Duration // when it ends
		want     string        // part of the error; "": the driver is there
	}{
		{rule: "a driver that is there", world: world{known: 1, open: 1}, to: 2 * time.Second},
		{rule: "a driver that starts later", world: world{known: 10 * time.Minute, open: 11 * time.Minute}, from: 11 * time.Minute, to: 11*time.Minute + time.Second},
		{rule: "refused for hours: it waits as long as the name is known", world: world{known: 1, open: 9 * time.Hour}, from: 9 * time.Hour, to: 9*time.Hour + time.Second},
		{rule: "a name that never was known", from: 15 * time.Minute, to: 15*time.Minute + 2*time.Second, want: "did not start within 15m"},
		{rule: "a shorter patience", timeout: time.Minute, from: time.Minute, to: 62 * time.Second, want: "did not start within 1m"},
		{rule: "a driver that went away", world: world{known: 1, gone: time.Hour}, from: time.Hour + 29*time.Second, to: time.Hour + 32*time.Second, want: "gone"},
		{rule: "a name that comes back in time", world: world{known: 1, away: [2]time.Duration{time.Minute, time.Minute + 28*time.Second}, open: 2 * time.Minute}, from: 2 * time.Minute, to: 2*time.Minute + time.Second},
		{
			rule: "name servers that do not answer say nothing about the driver", to: 22 * time.Minute, from: 20 * time.Minute,
			world: world{known: 1, outage: [2]time.Duration{10 * time.Minute, 20 * time.Minute}, open: 12 * time.Minute},
		},
		{
			rule: "name servers that do not answer for ever", world: world{known: 1, outage: [2]time.Duration{time.Minute, 48 * time.Hour}},
			from: 15 * time.Minute, to: 17 * time.Minute, want: "could not be looked up",
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				scene := row.world
				scene.begin = time.Now()
				if row.timeout == 0 {
					row.timeout = startTime
				}
				w := waiter{host: "driver", port: "7079", timeout: row.timeout, lookUp: scene.lookUp, dial: scene.dial, say: func(string) {}}
				err := w.wait(t.Context())
				if now := scene.now(); now < row.from || now > row.to {
					t.Errorf("ended after %s, want %s to %s", now, row.from, row.to)
				}
				if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// Whoever reads the pod's log sees what is waited for, and no line twice.
func TestS7WaitingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scene := world{known: time.Minute, open: time.Hour, begin: time.Now()}
		var said []string
		w := waiter{
			host: "driver", port: "7079", timeout: startTime, lookUp: scene.lookUp, dial: scene.dial,
			say: func(text string) { said = append(said, text) },
		}
		if err := w.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(said, "\n"); len(said) != 2 || !strings.Contains(text, "driver:7079") || !strings.Contains(text, "has started") {
			t.Errorf("said %q", said)
		}
	})
}

// A pod that is deleted need not wait for its grace period to end.
func TestWaitingStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		scene := world{begin: time.Now()}
		w := waiter{host: "driver", port: "7079", timeout: startTime, lookUp: scene.lookUp, dial: scene.dial, say: func(string) {}}
		if err := w.wait(ctx); err == nil || scene.now() > time.Minute {
			t.Errorf("after %s: %v", scene.now(), err)
		}
	})
}
